// Runs Lighthouse (mobile) on one address a line of standard input; answers with one line of JSON each.
// The browser stays open between runs; CHROME_PATH says which.
import { createInterface } from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
const chrome = await launch({ chromeFlags: flags });
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const { url, skip } = JSON.parse(line);
    const options = { port: chrome.port, output: "json", logLevel: "error", skipAudits: skip };
    const { lhr } = await lighthouse(url, options);
    const value = (name) => lhr.audits[name].numericValue;
    const lost = Object.values(lhr.categories).flatMap((category) => category.auditRefs
      .filter(({ id, weight }) => weight && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .map(({ id }) => `${id}: ${lhr.audits[id].displayValue ?? lhr.audits[id].title}`));
    const scored = Object.values(lhr.categories).every(({ score }) => score !== null);
    const error = lhr.runtimeError?.message ?? (scored ? "" : "a part of the page was not measured");
    console.log(JSON.stringify({ error, run: {
      scores: Object.fromEntries(Object.entries(lhr.categories).map(([id, { score }]) => [id, Math.round(score * 100)])),
      fcp: value("first-contentful-paint"), lcp: value("largest-contentful-paint"),
      cls: value("cumulative-layout-shift"), tbt: value("total-blocking-time"), bytes: value("total-byte-weight"),
      lost: [...new Set(lost)],
    } }));
  }
} finally {
  await chrome.kill();
}
