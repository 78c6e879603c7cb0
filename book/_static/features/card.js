/* The card of one feature, as src/featurefate/figures/feature_card.py draws it in the chapters. */
(() => {
  "use strict";
  const { make, visible, signed, percent, address } = window.featureBrowser;
  const { concepts } = window.featureData;

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
      make("svg",
        { role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height + 16}`, width },
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
  /* facts: [heading, text] that are told before all others; chosen: whether the reader chose it. */
  function cardElement(row, card, facts, chosen) {
    const name = `feature ${row.feature} of ${row.model}`;
    facts = [...facts, ["fires on", `${percent(row.share)} of the tokens`],
      ["in", `${card.documents} documents`]];
    if (row.concept >= 0) {
      const [concept, meaning] = concepts[row.concept];
      const auroc = card.auroc === null ? "" : `, AUROC ${card.auroc}`;
      facts.push(["detects", `${concept} (${meaning}): F1 ${row.f1}${auroc}`]);
    }
    facts.push(["stable", row.stable ? "yes" : row.counted ? "no" : "fires too rarely to say"]);
    facts.push(...card.r.map(([seed, r]) => [`r in dictionary ${seed}`, String(r)]));
    const number = `feature ${row.feature}`;
    const title = make("p", { class: "ff-name" },
      chosen ? number : make("a", { href: address(row) }, number),
      make("small", {}, ` of ${row.model}`));
    return make("article", { class: `ff ff-card${chosen ? " ff-chosen" : ""}`, "aria-label": name },
      make("header", {}, title, make("dl", {}, ...facts.map(([head, text]) =>
        make("div", {}, make("dt", {}, head), make("dd", {}, text))))),
      make("div", { class: "ff-columns" }, histogram(card.counts, card.edges),
        logits("promotes", card.promoted), logits("suppresses", card.suppressed)),
      make("p", { class: "ff-head" }, "fires most strongly in"), contextList(card.contexts));
  }

  Object.assign(window.featureBrowser, { cardElement });
})();
