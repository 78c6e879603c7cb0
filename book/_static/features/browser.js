/* The page on which every feature can be browsed. Its data are scripts that call
   featureBrowser.add(model, part, number, rows), loaded when they are asked for: a page opened from
   disk cannot fetch files (src/featurefate/figures/feature_browser.py writes them). A feature has an
   address: #base/17. */
(() => {
  "use strict";
  const PAGE = 40; // features listed at a time
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const root = document.getElementById("feature-browser");
  const { models, concepts } = window.featureData || { models: {}, concepts: [] };
  const names = Object.keys(models);
  if (names.length === 0) {
    root.textContent = "The features were not written down in this profile.";
    return;
  }

  /* Scripts, each loaded once. */
  const waiting = new Map();
  function load(model, part, number) {
    const key = `${model}.${part}.${number}`;
    if (!waiting.has(key)) {
      const entry = {};
      entry.rows = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
      waiting.set(key, entry);
      const script = document.createElement("script");
      script.src = `${folder}${key}.js`;
      script.onerror = () => entry.reject(new Error(`${key}.js is missing`));
      document.head.append(script);
    }
    return waiting.get(key).rows;
  }
  window.featureBrowser = {
    add: (model, part, number, rows) => waiting.get(`${model}.${part}.${number}`).resolve(rows),
  };
  async function listOf(model) {
    const parts = await Promise.all(models[model].list.map((_, n) => load(model, "list", n)));
    return parts.flat().map(([share, concept, f1, stable, peaks, fates], feature) => (
      { feature, share, concept, f1, stable, peaks, fates }
    ));
  }
  async function cardOf(model, feature) {
    const number = models[model].cards.findLastIndex((first) => first <= feature);
    return (await load(model, "cards", number))[feature - models[model].cards[number]];
  }

  /* Elements: make("p", { class: "ff-head" }, "text", child). */
  function make(tag, attributes = {}, ...children) {
    const namespace = ["svg", "rect", "g", "text", "title"].includes(tag)
      ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
    const element = document.createElementNS(namespace, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  const SIGNS = { "\n": "⏎", "\t": "⇥", "\r": "␍", " ": "·" };
  const visible = (token) => token.replace(/[\n\t\r ]/g, (sign) => SIGNS[sign]);
  const signed = (x) => (x < 0 ? `−${(-x).toFixed(2)}` : `+${x.toFixed(2)}`);
  const percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

  /* A card, as src/featurefate/figures/feature_card.py draws it in the chapters. */
  function tokenSpan(token, activation, top) {
    const shown = make("span", { class: "ff-token" });
    for (const piece of visible(token).split(/([⏎⇥␍·])/)) {
      if (!piece) continue;
      shown.append(/^[⏎⇥␍·]$/.test(piece) ? make("span", { class: "ff-space" }, piece) : piece);
    }
    if (activation > 0) {
      const part = Math.round((85 * activation) / top);
      shown.style.background = `color-mix(in srgb, var(--ff-fire, #d9541e) ${part}%, transparent)`;
      shown.title = `activation ${activation.toFixed(2)}`;
    }
    return token.includes("\n") ? [shown, make("br")] : [shown];
  }
  function contextList(contexts) {
    const top = Math.max(1e-9, ...contexts.flatMap(([, activations]) => activations));
    return make("ol", { class: "ff-contexts" }, ...contexts.map(([tokens, activations, origin]) => {
      const text = make("div", { class: "ff-text", translate: "no" });
      tokens.forEach((token, i) => text.append(...tokenSpan(token, activations[i], top)));
      return make("li", {}, text, make("span", { class: "ff-origin" }, origin));
    }));
  }
  function histogram(counts, edges) {
    const total = counts.reduce((a, b) => a + b, 0);
    if (total === 0) return make("div", {}, make("p", { class: "ff-head" }, "never fires here"));
    const [width, height] = [216, 64];
    const [step, most] = [width / counts.length, Math.max(...counts)];
    const bars = counts.map((count, i) => make("rect", {
      x: i * step, y: height - (height * count) / most, width: step - 1,
      height: (height * count) / most,
    }, make("title", {}, `${count} tokens`)));
    const label = `histogram of ${total} activations from ${edges[0]} to ${edges[1]}`;
    return make("div", {}, make("p", { class: "ff-head" }, "activations above zero"),
      make("svg", { role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height + 16}`, width },
        make("g", { fill: "currentColor", "fill-opacity": 0.6 }, ...bars),
        make("g", { fill: "currentColor", "font-size": 11 },
          make("text", { x: 0, y: height + 13 }, String(edges[0])),
          make("text", { x: width, y: height + 13, "text-anchor": "end" }, String(edges[1])))));
  }
  function logits(heading, effects) {
    return make("div", {}, make("p", { class: "ff-head" }, heading),
      make("ul", { class: "ff-logits" }, ...effects.map(([token, effect]) => make("li", {},
        make("code", {}, visible(token)), make("span", { class: "ff-effect" }, signed(effect))))));
  }
  function cardElement(model, row, card) {
    const facts = [["fires on", `${percent(row.share)} of the tokens`],
      ["in", `${card.documents} documents`]];
    if (row.concept >= 0) {
      const [name, meaning] = concepts[row.concept];
      facts.push(["detects", `${name} (${meaning}): F1 ${row.f1}, AUROC ${card.auroc}`]);
    }
    facts.push(["stable", row.stable ? "yes" : card.counted ? "no" : "fires too rarely to say"]);
    facts.push(...card.r.map(([seed, r]) => [`r in dictionary ${seed}`, String(r)]));
    facts.push(...row.fates.map((fate) => ["fate", fate]));
    const title = make("p", { class: "ff-name" }, `feature ${row.feature} `,
      make("small", {}, `of ${model}`));
    return make("article", { class: "ff ff-card", "aria-label": `feature ${row.feature} of ${model}` },
      make("header", {}, title, make("dl", {}, ...facts.map(([head, text]) =>
        make("div", {}, make("dt", {}, head), make("dd", {}, text))))),
      make("div", { class: "ff-columns" }, histogram(card.counts, card.edges),
        logits("promotes", card.promoted), logits("suppresses", card.suppressed)),
      make("p", { class: "ff-head" }, "fires most strongly in"), contextList(card.contexts));
  }

  /* The controls. */
  const choices = {
    model: names.map((name) => [name, name]),
    concept: [["", "any"], ...concepts.map(([name], i) => [i, name])],
    density: [["", "any"], ["0 0", "never fires"], ["0 0.001", "up to 0.1 %"],
      ["0.001 0.01", "0.1 to 1 %"], ["0.01 0.1", "1 to 10 %"], ["0.1 1", "more than 10 %"]],
    stable: [["", "any"], ["1", "stable"], ["0", "not stable"]],
    fate: [["", "any"]],
    order: [["share", "most frequent first"], ["f1", "best at its concept first"],
      ["feature", "by number"]],
  };
  const selects = {};
  const controls = make("form", { class: "ff-controls" });
  for (const [name, options] of Object.entries(choices)) {
    selects[name] = make("select", { name });
    fill(selects[name], options);
    controls.append(make("label", {}, name === "order" ? "in order" : name, selects[name]));
  }
  function fill(select, options) {
    const before = select.value;
    select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
    if (options.some(([value]) => String(value) === before)) select.value = before;
  }
  const count = make("p", { class: "ff-head", role: "status" });
  const list = make("ul", { class: "ff-features" });
  const more = make("button", { type: "button" }, "more");
  const place = make("div", { class: "ff-place", tabindex: -1 });
  root.replaceChildren(controls, count, list, more, place);

  let rows = [];
  let shown = PAGE;
  function kept(row) {
    const [concept, density, stable, fate] =
      ["concept", "density", "stable", "fate"].map((name) => selects[name].value);
    const [least, most] = density ? density.split(" ").map(Number) : [-1, 1];
    const inside = most === 0 ? row.share === 0 : row.share > least && row.share <= most;
    return inside && (concept === "" || row.concept === Number(concept))
      && (stable === "" || row.stable === Number(stable))
      && (fate === "" || row.fates.includes(fate));
  }
  function redraw() {
    const order = selects.order.value;
    const found = rows.filter(kept);
    if (order !== "feature") found.sort((a, b) => b[order] - a[order]);
    count.textContent = `${found.length} of ${rows.length} features`;
    list.replaceChildren(...found.slice(0, shown).map((row) => {
      const text = row.concept >= 0 ? `${concepts[row.concept][0]}, F1 ${row.f1}` : "no concept";
      const peaks = row.peaks.map((peak) => make("code", {}, visible(peak)));
      return make("li", {}, make("a", { href: `#${selects.model.value}/${row.feature}` },
        make("b", {}, String(row.feature)), make("span", {}, percent(row.share)),
        make("span", {}, text), make("span", {}, ...peaks)));
    }));
    more.hidden = found.length <= shown;
  }
  async function open(model) {
    selects.model.value = model;
    rows = await listOf(model);
    const fates = [...new Set(rows.flatMap((row) => row.fates))].sort();
    fill(selects.fate, [["", "any"], ...fates.map((fate) => [fate, fate])]);
    selects.fate.parentElement.hidden = fates.length === 0;
    shown = PAGE;
    redraw();
  }
  async function follow() {
    const [, model, feature] = location.hash.match(/^#(\w+)\/(\d+)$/) || [];
    if (!(model in models) || Number(feature) >= models[model].features) return;
    if (selects.model.value !== model || rows.length === 0) await open(model);
    const card = await cardOf(model, Number(feature));
    place.replaceChildren(cardElement(model, rows[Number(feature)], card));
    place.focus();
  }
  const failed = (error) => { count.textContent = `This could not be shown: ${error.message}`; };
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("change", (event) => {
    shown = PAGE;
    if (event.target === selects.model) open(selects.model.value).catch(failed);
    else redraw();
  });
  more.addEventListener("click", () => { shown += PAGE; redraw(); });
  window.addEventListener("hashchange", () => follow().catch(failed));
  open(names[0]).then(follow).catch(failed);
})();
