/* The page on which every feature can be browsed: filters, the table, and the lineage of the
   feature that the address names, such as #base/17. */
(() => {
  "use strict";
  const { make, featuresOf, fateOf, featureTable, lineageElement } = window.featureBrowser;
  const { models, concepts } = window.featureData;
  const root = document.getElementById("feature-browser");
  const names = Object.keys(models);
  if (names.length === 0) {
    root.textContent = "The features were not written down in this profile.";
    return;
  }

  const any = ["", "any"];
  const choices = {
    model: [any, ...names.map((name) => [name, name])],
    concept: [any, ...concepts.map(([name], i) => [i, name])],
    density: [any, ["0 0", "never fires"], ["0 0.001", "up to 0.1 %"], ["0.001 0.01", "0.1 to 1 %"],
      ["0.01 0.1", "1 to 10 %"], ["0.1 1", "more than 10 %"]],
    stable: [any, ["1", "stable"], ["0", "not stable"]],
    fate: [any],
  };
  const selects = {};
  const controls = make("form", { class: "ff-controls" });
  for (const [name, options] of Object.entries(choices)) {
    selects[name] = make("select", { name });
    fill(selects[name], options);
    controls.append(make("label", {}, name, selects[name]));
  }
  function fill(select, options) {
    const before = select.value;
    select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
    if (options.some(([value]) => String(value) === before)) select.value = before;
  }
  const count = make("p", { class: "ff-head", role: "status" });
  const table = featureTable();
  const place = make("div", { class: "ff-place", tabindex: -1 });
  root.replaceChildren(controls, count, table.element, place);

  let rowsOf = {};
  const fatesOf = (row) => row.links.map((link) => fateOf(row, link)).filter(Boolean);
  function kept(row) {
    const [model, concept, density, stable, fate] =
      Object.keys(choices).map((name) => selects[name].value);
    const [least, most] = density ? density.split(" ").map(Number) : [-1, 1];
    const inside = most === 0 ? row.share === 0 : row.share > least && row.share <= most;
    return inside && (model === "" || row.model === model)
      && (concept === "" || row.concept === Number(concept))
      && (stable === "" || row.stable === Number(stable))
      && (fate === "" || fatesOf(row).includes(fate));
  }
  function redraw() {
    const rows = Object.values(rowsOf).flat();
    const found = rows.filter(kept);
    count.textContent = `${found.length} of ${rows.length} features`;
    table.show(found);
  }
  /* Only fates that features of the chosen model can have. */
  function offerFates() {
    const chosen = selects.model.value ? [selects.model.value] : names;
    const rows = chosen.flatMap((model) => rowsOf[model]);
    const fates = [...new Set(rows.flatMap(fatesOf))].sort();
    fill(selects.fate, [any, ...fates.map((fate) => [fate, fate])]);
    selects.fate.parentElement.hidden = fates.length === 0;
  }
  async function open() {
    const loaded = await Promise.all(names.map(featuresOf));
    rowsOf = Object.fromEntries(names.map((name, i) => [name, loaded[i]]));
    offerFates();
    redraw();
  }
  async function follow() {
    const asked = location.hash;
    const [, model, feature] = asked.match(/^#(\w+)\/(\d+)$/) || [];
    const row = rowsOf[model]?.[Number(feature)];
    if (!row) return;
    const lineage = await lineageElement(row, rowsOf);
    if (location.hash !== asked) return; // another was asked for meanwhile
    place.replaceChildren(lineage);
    place.focus({ preventScroll: true }); // would show its middle
    place.scrollIntoView();
  }
  const failed = (error) => { count.textContent = `This could not be shown: ${error.message}`; };
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("change", (event) => {
    if (event.target === selects.model) offerFates();
    redraw();
  });
  window.addEventListener("hashchange", () => follow().catch(failed));
  open().then(follow).catch(failed);
})();
