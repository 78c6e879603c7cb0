/* The table of features: sorted by any column, some rows at a time, so that it stays quick however
   many features there are. */
(() => {
  "use strict";
  const { make, visible, percent, correlation, interval, address, fateOf } = window.featureBrowser;
  const { models, concepts } = window.featureData;
  const PAGE = 20; // rows
  const order = Object.keys(models);

  /* A column: heading, what it is sorted by (null comes last), what its cell shows. */
  const withR = (link, word) => (link
    ? [make("span", { title: `95 %: ${interval(link)}` }, correlation(link.r)), ` ${word}`] : []);
  function edgeColumn(parent, child) {
    const of = ({ model, links }) => links.find(({ other, end }) => (
      end === "parent" ? model === parent && other === child : model === child && other === parent
    ));
    return {
      head: `${parent} → ${child}`,
      of: [parent, child],
      value: (row) => of(row)?.r ?? null,
      cell: (row) => withR(of(row), of(row) ? fateOf(row, of(row)).split(" ")[0] : ""),
    };
  }
  const columns = [
    { head: "model", up: true, value: (row) => order.indexOf(row.model),
      cell: (row) => [row.model] },
    { head: "feature", up: true, value: (row) => row.feature,
      cell: (row) => [make("a", { href: address(row) }, String(row.feature))] },
    { head: "fires on", value: (row) => row.share, cell: (row) => [percent(row.share)] },
    { head: "detects", up: true, value: (row) => (row.concept < 0 ? null : row.concept),
      cell: (row) => (row.concept < 0 ? [] : [concepts[row.concept][0]]) },
    { head: "F1", value: (row) => (row.concept < 0 ? null : row.f1),
      cell: (row) => (row.concept < 0 ? [] : [row.f1.toFixed(2)]) },
    { head: "stable", value: (row) => row.stable, cell: (row) => (row.stable ? ["stable"] : []) },
  ];
  const edges = order.flatMap((model) => models[model].relations
    .filter(({ end }) => end === "parent").map(({ other }) => edgeColumn(model, other)));
  if (edges.length) {
    columns.push({ head: "own model", value: (row) => row.again?.r ?? null,
      cell: (row) => withR(row.again, "") }, ...edges);
  }
  columns.push({ head: "strongest tokens",
    cell: (row) => row.peaks.map((peak) => make("code", {}, visible(peak))) });

  function sorted(rows, { column, up }) {
    const keyed = rows.map((row) => [column.value(row), row]);
    keyed.sort(([a], [b]) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : up ? a - b : b - a));
    return keyed.map(([, row]) => row);
  }

  /* { element, show(rows) }: show puts other rows into the table, in the order chosen so far. */
  function featureTable() {
    let [rows, start] = [[], 0];
    let sorting = { column: columns[2], up: false };
    const button = (word) => make("button", { type: "button" }, word);
    const headings = columns.map((column) => {
      const words = column.value ? button(column.head) : column.head;
      if (column.value) words.addEventListener("click", () => sort(column));
      return make("th", { scope: "col" }, words);
    });
    const caption = make("caption");
    const body = make("tbody");
    const [before, after] = ["previous", "next"].map(button);
    before.addEventListener("click", () => { start -= PAGE; draw(); });
    after.addEventListener("click", () => { start += PAGE; draw(); });
    const place = make("span", { role: "status" });

    function sort(column) {
      const again = sorting.column === column;
      sorting = { column, up: again ? !sorting.up : Boolean(column.up) };
      show(rows);
    }
    function show(others) {
      rows = sorted(others, sorting);
      start = 0;
      draw();
    }
    function draw() {
      const present = new Set(rows.map(({ model }) => model));
      const shown = columns.map(({ of }) => !of || of.some((model) => present.has(model)));
      headings.forEach((heading, i) => {
        heading.hidden = !shown[i];
        heading.removeAttribute("aria-sort");
        if (columns[i] === sorting.column) {
          heading.setAttribute("aria-sort", sorting.up ? "ascending" : "descending");
        }
      });
      body.replaceChildren(...rows.slice(start, start + PAGE).map((row) => make("tr", {},
        ...columns.filter((_, i) => shown[i]).map(({ cell }) => make("td", {}, ...cell(row))))));
      caption.textContent = `Features by “${sorting.column.head}”, ` +
        (sorting.up ? "smallest first" : "largest first");
      const last = Math.min(start + PAGE, rows.length);
      place.textContent = rows.length ? `${start + 1} to ${last} of ${rows.length}` : "none";
      before.disabled = start === 0;
      after.disabled = last === rows.length;
    }

    const table = make("table", { class: "ff-table ff-features" }, caption,
      make("thead", {}, make("tr", {}, ...headings)), body);
    const scrolls = { class: "ff-scroll", tabindex: 0, role: "region", "aria-label": "features" };
    const element = make("div", {}, make("div", scrolls, table),
      make("nav", { class: "ff-pager", "aria-label": "rows of the table" }, before, place, after));
    return { element, show };
  }

  Object.assign(window.featureBrowser, { featureTable });
})();
