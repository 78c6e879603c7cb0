window.featureData = {"models":{},"concepts":[]};
