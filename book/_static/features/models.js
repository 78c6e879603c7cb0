window.featureData = {"models":{},"concepts":[],"threshold":0.8};
