/* The data of the page: scripts that call featureBrowser.add(model, part, number, rows), each
   loaded once and when it is asked for, since a page opened from disk cannot fetch files
   (src/featurefate/figures/feature_browser.py writes them). */
(() => {
  "use strict";
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const { models } = window.featureData;
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
  function add(model, part, number, rows) {
    waiting.get(`${model}.${part}.${number}`).resolve(rows);
  }

  /* A feature's best partner in a related model, or in a second dictionary of its own. */
  function link({ other, end, partner_seed: seed }, values) {
    const [partner, r, low, high, found] = values;
    return { other, end, seed, partner, r, low, high, found: found === 1 };
  }
  /* All features of a model. `again` is the link to its own model, if any; `links` are the rest. */
  async function featuresOf(model) {
    const { list, relations } = models[model];
    const parts = await Promise.all(list.map((_, number) => load(model, "list", number)));
    return parts.flat().map(([share, concept, f1, stable, counted, peaks, partners], feature) => {
      const links = partners.map((values, i) => link(relations[i], values));
      const again = links.find(({ other }) => other === model);
      return {
        model, feature, share, concept, f1, stable, counted, peaks, again,
        links: links.filter((one) => one !== again),
      };
    });
  }
  async function cardOf({ model, feature }) {
    const number = models[model].cards.findLastIndex((first) => first <= feature);
    return (await load(model, "cards", number))[feature - models[model].cards[number]];
  }

  /* The fate in words; a feature that fires too rarely has none. */
  function fateOf(row, { end, other, found }) {
    if (!row.counted) return "";
    if (found) return end === "parent" ? `persisted in ${other}` : `persisted from ${other}`;
    return end === "parent" ? `disappeared in ${other}` : `emerged since ${other}`;
  }

  Object.assign(window.featureBrowser, { add, featuresOf, cardOf, fateOf });
})();
