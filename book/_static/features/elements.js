/* Elements and words that all parts of the page of features use. */
window.featureBrowser = {};
(() => {
  "use strict";
  const OF_SVG = ["svg", "rect", "g", "text", "title", "line", "circle"];

  /* make("p", { class: "ff-head" }, "text", child) */
  function make(tag, attributes = {}, ...children) {
    const namespace = OF_SVG.includes(tag)
      ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
    const element = document.createElementNS(namespace, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const SIGNS = { "\n": "⏎", "\t": "⇥", "\r": "␍", " ": "·" };
  const visible = (token) => token.replace(/[\n\t\r ]/g, (sign) => SIGNS[sign]);
  const minus = (text) => text.replace("-", "−");
  const signed = (x) => (x < 0 ? "" : "+") + minus(x.toFixed(2));
  const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;
  const correlation = (r) => minus(r.toFixed(2));
  const interval = ({ low, high }) => `${correlation(low)} to ${correlation(high)}`;
  const address = (row) => `#${row.model}/${row.feature}`;

  Object.assign(window.featureBrowser, {
    make, visible, signed, percent, correlation, interval, address,
  });
})();
