/* Draws the live charts of a page. Every chart stands in the page as a still picture with its
   specification beside it (src/featurefate/figures/book_renderer.py); this draws the live chart in
   the still's place. Ink is the text colour of the page ("currentColor"), so a change between light
   and dark needs no new drawing. Where this fails, the still stays. */
(() => {
  "use strict";
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const figures = [...document.querySelectorAll("figure.chart")];
  if (figures.length === 0) return;

  const options = {
    actions: false,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  };

  /* The chart made to fit `room` pixels: panels under one another, legends in two columns. */
  function fitted(spec, natural, room) {
    if (natural <= room) return spec;
    const copy = structuredClone(spec);
    const unit = copy.spec || copy;
    if (typeof unit.width !== "number") return copy;
    const columns = copy.spec ? copy.columns || 1 : 1;
    const margin = natural - columns * unit.width - 20 * (columns - 1);
    unit.width = Math.max(150, room - margin);
    if (copy.spec) copy.columns = 1;
    copy.config.legend = { ...copy.config.legend, columns: 2 };
    return copy;
  }

  async function draw(figure) {
    const width = window.innerWidth;
    const drawing = figure.querySelector(".chart-drawing");
    const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
    figure.natural ??= drawing.querySelector("svg").viewBox.baseVal.width;
    const shape =
      figure.dataset.narrow === "fit" ? fitted(spec, figure.natural, drawing.clientWidth) : spec;
    const live = document.createElement("div");
    const { view } = await window.vegaEmbed(live, shape, options);
    figure.view?.finalize();
    figure.view = view;
    drawing.replaceChildren(live);
    figure.dataset.state = "live";
    figure.dataset.drawnFor = width;
  }

  function drawAll() {
    for (const figure of figures) {
      draw(figure).catch((error) => {
        figure.dataset.state = "still";
        console.error("chart", error);
      });
    }
  }

  const bundle = document.createElement("script");
  bundle.src = folder + "vega.js";
  bundle.onload = () => {
    drawAll();
    let width = window.innerWidth;
    let timer;
    window.addEventListener("resize", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (window.innerWidth === width) return;
        width = window.innerWidth;
        drawAll();
      }, 200);
    });
  };
  document.head.append(bundle);
})();
