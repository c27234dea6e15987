// Walks the pages of the demonstration at two widths and holds each to accessibility, layout, life without script and HTML.
// A page that is bad on purpose must be found by every check.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, site, folder] = process.argv.slice(2);
const require = createRequire(join(tools, "node_modules", "/"));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");
const VNU = join(tools, "node_modules/vnu-jar/build/dist/vnu.jar");

const WIDTHS = [1280, 320];
/** Milliseconds for which a browser is waited for. */
const TIMEOUT = 120_000;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const EDITION = "/voorbeeldplan-vvv/2021/1";
const BAD = `<!doctype html><html><head></head><body><p><div>a</p><img src="x.png">
  <main style="width:3000px;color:#ddd;background:#fff"><h3>b</h3><input></main>
  <script>document.body.append("only with script")</script></body></html>`;

/** The pages: name, address, status, and a word that a reader must see. */
async function pages(context) {
  const page = await context.newPage();
  await page.goto(site + EDITION);
  const permalink = await page.locator("a.permalink").nth(3).getAttribute("href");
  const file = await page.locator('a[href$=".html"]').first().getAttribute("href");
  await page.goto(`${site}/zoeken?q=vrouwen`);
  const facets = await page.locator('a[href*="organis"]').evaluateAll((links) => links.map((link) => link.href));
  const facet = facets.find((href) => href.includes("/zoeken?") && href.includes("q=vrouwen"));
  await page.close();
  return [
    ["home", site + "/", 200, "Voorbeeldplan"],
    ["cycle", `${site}/voorbeeldplan-vvv/2021`, 200, "2021"],
    ["edition", site + EDITION, 200, "vier ogen"],
    ["permalink", new URL(permalink, site + EDITION).href, 200, "Civiele Missiepool"],
    ["plan", `${site}/voorbeeldplan-vvv`, 200, "Rapportages per periode"],
    ["organisation", `${site}/voorbeeldplan-vvv/organisaties/def`, 200, "Antwoorden door de jaren"],
    ["goal", `${site}/voorbeeldplan-vvv/doelen/5.1`, 200, "Wie rapporteerde"],
    ["indicator", `${site}/voorbeeldplan-vvv/indicatoren/5.1-b`, 200, "Opgeleide aanspreekpunten"],
    ["chapter", `${site}${EDITION}/def`, 200, "Hoofdstuk"],
    ["chapter-en", `${site}${EDITION}/def?lang=en`, 200, "Chapter"],
    ["documents", `${site}/documenten`, 200, "Editie 1"],
    ["privacy", `${site}/privacy`, 200, ""],
    ["contact", `${site}/contact`, 200, ""],
    ["search", `${site}/zoeken?q=vrouwen`, 200, "vrouwen"],
    ["facet", facet, 200, "vrouwen"],
    ["moment", `${site}/zoeken?q=vrouwen&as_of=2999-01-01`, 200, "Stand van"],
    ["empty", `${site}/zoeken?q=xyzzyqq`, 200, "Niets gevonden"],
    ["noted", `${site}/zoeken?q=%28%28vrouwen`, 200, "haakje"],
    ["withdrawn", `${site}/voorbeeldplan-vvv/2022-2023/1`, 410, "Noemt iemand bij naam"],
    ["missing", `${site}/bestaat/niet`, 404, ""],
    ["about", `${site}/over`, 200, ""],
    ["accessibility", `${site}/toegankelijkheid`, 200, ""],
    ["api", `${site}/api`, 200, "OpenAPI"],
    ["completeness", `${site}/volledigheid`, 200, ""],
    ["file", new URL(file, site).href, 200, "Civiele Missiepool"],
  ];
}

/** What axe finds, one line each. */
async function violations(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map(({ id, nodes }) => `axe ${id} at ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);
}

/** Whether a reader has to scroll sideways. */
async function overflow(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  return wide > room ? [`layout: ${wide} pixels wide in ${room}`] : [];
}

const text = async (page) => (await page.locator("body").innerText()).replace(/\s+/g, " ").trim();

/** Checks one page, opened with script by one function and without by the other. */
async function check(open, withScript, without) {
  const page = await open(withScript);
  const plain = await open(without);
  const found = [...(await violations(page)), ...(await overflow(page)), ...(await overflow(plain))];
  const [one, other] = [await text(page), await text(plain)];
  if (one !== other) found.push("script: the text differs without it");
  await page.close();
  await plain.close();
  return { found, shown: other };
}

/** What the Nu HTML checker finds in files, by file. */
function nu(files) {
  let report;
  try {
    execFileSync("java", ["-jar", VNU, "--errors-only", "--format", "json", ...files], { stdio: ["ignore", "ignore", "pipe"], maxBuffer: 1 << 28 });
    return [];
  } catch (error) {
    if (!error.stderr?.length) throw error;
    report = JSON.parse(error.stderr);
  }
  return report.messages.map((message) => `vnu ${message.url}:${message.lastLine}: ${message.message}`);
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS, timeout: TIMEOUT });
let faults = [];
let count = 0;
for (const width of WIDTHS) {
  const viewport = { width, height: 900 };
  const withScript = await browser.newContext({ viewport, bypassCSP: true, locale: "nl-NL" });
  const without = await browser.newContext({ viewport, javaScriptEnabled: false, locale: "nl-NL" });
  for (const context of [withScript, without]) context.setDefaultTimeout(TIMEOUT);
  for (const [name, address, status, word] of await pages(withScript)) {
    const open = async (context) => {
      const page = await context.newPage();
      const answer = await context.request.get(address, { timeout: TIMEOUT });
      if (answer.status() !== status) faults.push(`${name}: status ${answer.status()}, not ${status}`);
      const saved = join(folder, `${name}.html`);
      writeFileSync(saved, await answer.body());
      // The file is one to download: a reader opens it from the disk.
      await page.goto(name === "file" ? pathToFileURL(saved).href : address);
      return page;
    };
    const { found, shown } = await check(open, withScript, without);
    if (!shown.includes(word) || shown.length < 100) found.push(`text: \`${word}\` is not to be read`);
    faults.push(...found.map((fault) => `${name} at ${width}: ${fault}`));
    count += 1;
  }
  const open = async (context) => {
    const page = await context.newPage();
    await page.goto(`data:text/html,${encodeURIComponent(BAD)}`);
    return page;
  };
  const { found } = await check(open, withScript, without);
  for (const kind of ["axe", "layout", "script"]) {
    if (!found.some((fault) => fault.startsWith(kind))) faults.push(`the bad page is not found by the check of ${kind}`);
  }
  await withScript.close();
  await without.close();
}
await browser.close();

const bad = join(folder, "bad.html");
writeFileSync(bad, BAD);
if (nu([bad]).length === 0) faults.push("the bad page is not found by vnu");
const names = readdirSync(folder).filter((name) => name !== "bad.html");
faults.push(...nu(names.map((name) => join(folder, name))));
if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${count} views of ${names.length} pages: no fault by axe, vnu, width or without script; the bad page was found`);
