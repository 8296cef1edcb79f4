// What every page must pass: axe-core without a finding in both schemes, narrow and wide, folds closed and open, in both
// languages; targets large enough to be hit; no sideways scroll; valid HTML. 320 px is also what 1280 px are at 400 %.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const html = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    // Matters of taste: no reader of a page ever sees them.
    'attribute-boolean-style': 'off',
    'doctype-style': 'off',
    'no-implicit-button-type': 'off',
    'no-implicit-input-type': 'off',
    'no-trailing-whitespace': 'off',
    // A title holds a post's first words.
    'long-title': 'off',
    // `role="list"` is said where a list loses its marks by CSS, since some readers of screens then forget that it is one.
    'no-redundant-role': 'off',
    // Several fields of one name are a list.
    'form-dup-name': 'off',
  },
});

/** Looks at one page in every way; `cookies` are those of the person who may see it. */
export async function inspect(browser, url, cookies) {
  const { context, page } = await open(browser, url, cookies, 'de-DE');
  const folds = await page.locator('details').count();
  for (const open of folds > 0 ? [false, true] : [false]) {
    await page.evaluate((open) => document.querySelectorAll('details').forEach((one) => (one.open = open)), open);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        await check(page, `${url} (${colorScheme}, ${width} px, folds ${open ? 'open' : 'closed'})`);
      }
    }
  }
  await context.close();

  const english = await open(browser, url, cookies, 'en-GB');
  await english.page.setViewportSize({ width: 320, height: 900 });
  await check(english.page, `${url} (in English, 320 px)`);
  await english.context.close();
}

/** Opens a page in one language and validates it as it was served. */
async function open(browser, url, cookies, locale) {
  // Without motion, so that no colour is looked at on its way to another.
  const context = await browser.newContext({ locale, reducedMotion: 'reduce' });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const answer = await page.goto(url);
  assert.ok(answer.status() < 400 || answer.status() === 404, `${url}: ${answer.status()}`);
  await validate(url, await answer.text());
  assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2), url);
  await page.evaluate(axe);
  return { context, page };
}

async function check(page, where) {
  const { violations, over } = await page.evaluate(async () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const { violations } = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      rules: { 'target-size': { enabled: true } },
    });
    return { violations, over: scrollWidth - clientWidth };
  });
  assert.ok(over <= 0, `${where}: ${over} px stick out sideways`);
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary}`),
  );
  assert.equal(found.length, 0, `${where}:\n${found.join('\n')}`);
}

/** Validates HTML as it was served. */
export async function validate(where, text) {
  const report = await html.validateString(text);
  const found = report.results.flatMap((result) =>
    result.messages.map((one) => `${one.line}:${one.column} ${one.ruleId}: ${one.message}  ${one.selector ?? ''}`),
  );
  assert.equal(found.length, 0, `${where}:\n${found.join('\n')}`);
}
