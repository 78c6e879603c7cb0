/* The lineage of one feature: its best partners in the other models of the family, told in a table
   and shown card beside card. The family is base → stories, lua → merge: from any model two others
   are related directly, and the fourth is reached through either of them. */
(() => {
  "use strict";
  const { make, correlation, interval, address } = window.featureBrowser;
  const { cardOf, cardElement, fateOf } = window.featureBrowser;
  const { models, threshold } = window.featureData;
  const order = Object.keys(models);
  const named = (row) => `feature ${row.feature} of ${row.model}`;
  const linkTo = (row) => make("a", { href: address(row) }, named(row));
  const withInterval = (link) => `${correlation(link.r)} (${interval(link)})`;

  /* Every step from → to, in the order of the table. A step onward starts at a partner, so it says
     something of the chosen feature only where that partner was found (`followed`). */
  function stepsFrom(row, rowsOf) {
    const step = (from, link, followed) => (
      { from, link, to: rowsOf[link.other][link.partner], followed }
    );
    return row.links.flatMap((link) => {
      const first = step(row, link, true);
      const onward = first.to.links.filter(({ other }) => other !== row.model);
      return [first, ...onward.map((next) => step(first.to, next, link.found))];
    });
  }

  /* r and its interval between 0 and 1; dashed is what the feature's own model gives. */
  function drawn({ r, low, high }, again) {
    const x = (value) => 5 + 140 * Math.max(0, value);
    const line = (name, from, to, y1, y2) => make("line",
      { class: name, x1: x(from), x2: x(to), y1, y2 });
    const label = `r ${withInterval({ r, low, high })} on a scale from 0 to 1; dashed, its own ` +
      `model: ${correlation(again.r)}`;
    return make("svg", { role: "img", "aria-label": label, viewBox: "0 0 150 18", width: 150 },
      line("ff-axis", 0, 1, 9, 9), line("ff-threshold", threshold, threshold, 2, 16),
      line("ff-again", again.r, again.r, 0, 18), line("ff-interval", low, high, 9, 9),
      make("circle", { cx: x(r), cy: 9, r: 4 }));
  }

  function fate(row, link) {
    if (!row.counted) return "fires too rarely to be judged";
    const unsure = link.low < threshold && threshold <= link.high;
    return fateOf(row, link) + (unsure ? `, but ${threshold} lies in the interval` : "");
  }
  function back({ from, to }) {
    const link = to.links.find(({ other }) => other === from.model);
    if (link.partner === from.feature) return ["mutual"];
    const other = { model: from.model, feature: link.partner };
    return [linkTo(other), `, r ${correlation(link.r)}`];
  }
  function stepRow(row, step) {
    const through = step.from === row ? "" : `, through ${step.from.model}`;
    const head = make("th", { scope: "row" }, `in ${step.link.other}${through}`);
    if (!step.followed) {
      const why = `not followed: no partner in ${step.from.model}`;
      return make("tr", {}, head, make("td", { colspan: 5 }, why));
    }
    return make("tr", {}, head, make("td", {}, linkTo(step.to)),
      make("td", { class: "ff-whole" }, withInterval(step.link)),
      make("td", {}, drawn(step.link, row.again)),
      make("td", {}, fate(step.from, step.link)), make("td", {}, ...back(step)));
  }
  function stepTable(row, steps) {
    const heads = ["where", "best partner", "r (95 %)", "r drawn", "fate", "its best partner back"];
    const { again } = row;
    const reference = make("tr", {},
      make("th", { scope: "row" }, `in ${row.model} itself`),
      make("td", {}, `feature ${again.partner} of dictionary ${again.seed}`),
      make("td", { class: "ff-whole" }, withInterval(again)),
      make("td", {}, drawn(again, again)),
      make("td", {}, "the ceiling: nothing but the dictionary changed"), make("td", {}));
    const caption = `Best partners of ${named(row)} (dictionary ${models[row.model].seed})`;
    const headings = heads.map((head) => make("th", { scope: "col" }, head));
    const table = make("table", { class: "ff-table" }, make("caption", {}, caption),
      make("thead", {}, make("tr", {}, ...headings)),
      make("tbody", {}, reference, ...steps.map((step) => stepRow(row, step))));
    const scrolls = { class: "ff-scroll", tabindex: 0, role: "region", "aria-label": "partners" };
    return make("div", scrolls, table);
  }

  /* Can a reader believe that the feature is missing elsewhere? */
  function belief({ model, counted, again }) {
    if (!counted) return "It fires too rarely for any of this to be judged.";
    const [second, r] = [`second dictionary of ${model}`, `r ${withInterval(again)}`];
    if (again.low >= threshold) {
      return `A ${second} has this feature, too, at ${r}: an absence elsewhere can be believed, ` +
        "as far as one dictionary of the other model shows it.";
    }
    if (again.high < threshold) {
      return `Even a ${second} does not have this feature, at best with ${r}: an absence ` +
        "elsewhere says nothing of the models.";
    }
    return `Whether a ${second} has this feature cannot be told, at ${r}: nor can an absence ` +
      "elsewhere be believed.";
  }

  /* The chosen feature and every partner that was followed, one card each, in family order. */
  async function cards(row, steps) {
    const shown = new Map([[address(row), { row, facts: [] }]]);
    for (const { from, link, to } of steps.filter(({ followed }) => followed)) {
      const key = address(to);
      if (!shown.has(key)) shown.set(key, { row: to, facts: [] });
      const facts = shown.get(key).facts;
      const fateAlone = from.counted ? `, ${fateOf(from, link).split(" ")[0]}` : "";
      facts.push([`r with ${named(from)}`, withInterval(link) + fateAlone]);
    }
    const inOrder = [...shown.values()].sort(
      (one, other) => order.indexOf(one.row.model) - order.indexOf(other.row.model));
    const loaded = await Promise.all(inOrder.map((one) => cardOf(one.row)));
    return inOrder.map((one, i) => cardElement(one.row, loaded[i], one.facts, one.row === row));
  }

  /* rowsOf: the features of each model. Where nothing was tracked, the lineage is the card. */
  async function lineageElement(row, rowsOf) {
    const steps = stepsFrom(row, rowsOf);
    const family = make("div", { class: "ff-family" }, ...await cards(row, steps));
    const told = row.again ? [stepTable(row, steps), make("p", { class: "ff-head" },
      `On the scale from 0 to 1: point and bar are r and its interval, the line is ${threshold}, ` +
      "the dashed line what a second dictionary of its own model gives."),
    make("p", {}, belief(row))] : [];
    return make("section", { "aria-label": `lineage of ${named(row)}` },
      make("h2", {}, `The lineage of ${named(row)}`), ...told, family);
  }

  Object.assign(window.featureBrowser, { lineageElement });
})();
