// The pages of the reach, in a city that has eighteen months behind it, with a browser in which scripts are off. Run inside
// `world --past`.
//
// Pictures go to tests/output/; with SCREENSHOTS=1 those for the documentation go to docs/images/ too.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { launch } from '../chromium.mjs';
import { finish, step } from '../steps.mjs';
import { inspect } from './inspect.mjs';

const { WORLD_URL, WORLD_EMAIL, WORLD_PASSWORD, SCREENSHOTS } = process.env;
const OUTPUT = new URL('../output/', import.meta.url).pathname;
const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;

mkdirSync(OUTPUT, { recursive: true });
const browser = await launch();
const context = await browser.newContext({ locale: 'de-DE', javaScriptEnabled: false, viewport: { width: 1280, height: 1000 } });
const page = await context.newPage();
page.setDefaultTimeout(10_000);

const open = async (path) => {
  const answer = await page.goto(new URL(path, WORLD_URL).href);
  assert.equal(answer.status(), 200, `${path}: ${answer.status()}`);
};
const look = async (address = page.url()) => inspect(browser, new URL(address, WORLD_URL).href, await context.cookies());
const shoot = async (name) => {
  await page.screenshot({ path: `${OUTPUT}${name}.png` });
  if (SCREENSHOTS === '1') cpSync(`${OUTPUT}${name}.png`, `${IMAGES}${name}.png`);
};

await step('the person who answers for the reach signs in', async () => {
  await open('/auth/sign_in');
  await page.fill('[name=email]', WORLD_EMAIL);
  await page.fill('[name=password]', WORLD_PASSWORD);
  await page.getByRole('button', { name: 'Anmelden' }).last().click();
  assert.match(page.url(), /\/redaktion/);
});

await step('the page begins with its answer, and every chart is a table too', async () => {
  await open('/redaktion/@alice/reach');
  assert.match(await page.locator('.answer').innerText(), /mindestens [\d.]+ Konten/);
  assert.equal(await page.locator('svg.chart').count(), 1);
  assert.ok((await page.locator('details section table tbody tr').count()) >= 28);
  assert.ok((await page.locator('table.bars').count()) >= 2, 'it is told where people are');
  await shoot('reach');
  await look();
});

await step('a quarter, a year and a month without numbers are sound', async () => {
  const year = new Date().getFullYear();
  for (const period of [`${year - 1}-q4`, String(year), '2020-01']) await look(`/redaktion/@alice/reach?period=${period}`);
});

await step('what one post reached is said in a sentence', async () => {
  await open('/redaktion/@alice/reach');
  await page.locator('a[href*="/reach/posts/"]').first().click();
  assert.equal(await page.locator('h1').innerText(), 'Reichweite eines Beitrags');
  await look();
});

await step('a campaign is compared with the time before and a year before', async () => {
  await open('/redaktion/@alice/reach');
  await page.locator('a[href*="/reach/campaigns/stadtfest"]').first().click();
  assert.equal(await page.locator('h1').innerText(), '#stadtfest');
  assert.match(await page.locator('.answer').innerText(), /mindestens [\d.]+ Reaktionen auf Beiträge mit #stadtfest/);
  assert.equal(await page.locator('svg.chart').count(), 1);
  assert.equal(await page.locator('section[aria-label="Vergleich"] thead th').count(), 5);
  await shoot('campaign');
  await look();
  await look('/redaktion/reach/campaigns/stadtfest');
  await look('/redaktion/@alice/reach/campaigns/nothing');
});

await step('the whole server is shown to its administrator', async () => {
  await look('/redaktion/reach');
});

await step('a report is a page to hand on, and its definitions are one click away', async () => {
  const year = new Date().getFullYear();
  for (const base of ['/redaktion/@alice/reach', '/redaktion/reach']) {
    for (const period of [String(year), `${year - 1}-q4`, '2001']) await look(`${base}/report?period=${period}`);
  }
  await open('/redaktion/@alice/reach');
  await page.getByRole('link', { name: 'Bericht für Quartal oder Jahr' }).click();
  assert.match(await page.locator('h1').innerText(), /Bericht über das \d\. Quartal/);
  await shoot('report');
  await page.getByRole('link', { name: 'Reaktionen je 1.000 Folgende' }).click();
  assert.match(page.url(), /#how-reactions_per_1000$/);
  // On paper there is nothing to press.
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('main form:visible, main .btn:visible').count(), 0);
  await page.emulateMedia({ media: 'screen' });
});

await step('a campaign address is made, with its code, by keyboard', async () => {
  await open('/redaktion/@alice/links');
  await page.locator('[name=label]').focus();
  await page.keyboard.type('Plakat Hauptbahnhof');
  await page.keyboard.press('Tab');
  await page.keyboard.type('https://stadt.example/stadtfest');
  await page.keyboard.press('Tab');
  await page.keyboard.type('#Stadtfest');
  await page.keyboard.press('Tab');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.match(await page.locator('main').innerText(), /Plakat Hauptbahnhof/);
  assert.equal(await page.locator('a[href*="/reach/campaigns/stadtfest"]').innerText(), '#stadtfest');
  const code = await context.request.get(new URL(await page.getByRole('link', { name: /PNG/ }).getAttribute('href'), WORLD_URL).href);
  assert.equal(code.headers()['content-type'], 'image/png');
  await shoot('campaign-links');
  await look();
});

await browser.close();
finish();
