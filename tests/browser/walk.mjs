// The first day of a city, with a browser in which scripts are off: set-up, sign-in, a post with a picture, its release,
// its page, a change, its deletion; a second account that asks, an answer, sharing, a film; a report and its decision. Every
// page on the way is inspected. Run inside `world --empty`.
//
// Pictures of the pages go to tests/output/; with SCREENSHOTS=1 those for the documentation go to docs/images/ too.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { launch } from '../chromium.mjs';
import { png } from '../picture.mjs';
import { eventually, finish, step } from '../steps.mjs';
import { inspect, validate } from './inspect.mjs';

const { WORLD_URL, WORLD_LOG, WORLD_EMAIL, WORLD_PASSWORD, SCREENSHOTS } = process.env;
const OUTPUT = new URL('../output/', import.meta.url).pathname;
const IMAGES = new URL('../../docs/images/', import.meta.url).pathname;
const PICTURE = { name: 'strassenfest.png', mimeType: 'image/png', buffer: png() };
const TEXT = 'Straßenfest am Samstag: Die Linie 4 fährt eine Umleitung. Mehr: https://stadt.example/strassenfest #Verkehr';
const LATER = TEXT.replace('Linie 4', 'Linie 5');
// A name as German authorities have them, in one word that is longer than a phone is wide.
const LONG_NAME = 'Grundstücksverkehrsgenehmigungszuständigkeitsstelle';

mkdirSync(OUTPUT, { recursive: true });
const browser = await launch();
const context = await browser.newContext({ locale: 'de-DE', javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.setDefaultTimeout(10_000);

const open = async (path) => {
  const answer = await page.goto(new URL(path, WORLD_URL).href);
  assert.equal(answer.status(), 200, `${path}: ${answer.status()}`);
};
const look = async (address = page.url()) => inspect(browser, new URL(address, WORLD_URL).href, await context.cookies());
const see = async (text) => assert.ok((await page.locator('body').innerText()).includes(text), `${page.url()} does not say ${text}`);
const mistakes = () => page.locator('[role=alert] li').count();
const noMistakes = async () => assert.equal(await mistakes(), 0, await page.locator('main').innerText());

/** Clicks what leads to another page, and gives that page as it was served. */
async function click(target) {
  const [answer] = await Promise.all([page.waitForNavigation(), target.first().click()]);
  return answer.text();
}
/** Publishes a post of an account, or what the fields ask for. */
async function write(path, text, button = 'Veröffentlichen') {
  await open(path);
  await page.fill('[name=text]', text);
  await press(button);
  await noMistakes();
}

/** A second of film, as a telephone would record it. */
async function film() {
  const studio = await browser.newPage();
  const bytes = await studio.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const pen = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    for (let at = 0; at < 25; at += 1) {
      pen.fillStyle = `hsl(${200 + at} 60% 60%)`;
      pen.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await new Promise((resolve) => {
      recorder.onstop = resolve;
      recorder.stop();
    });
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  await studio.close();
  return { name: 'bruecke.webm', mimeType: 'video/webm', buffer: Buffer.from(bytes) };
}

const press = (name) => click(page.getByRole('button', { name }));
const go = (name) => click(page.getByRole('link', { name }));

/** Keeps a picture of the page; those with a name in the documentation are copied there when asked. */
async function shoot(name, of = page) {
  await of.screenshot({ path: `${OUTPUT}${name}.png`, fullPage: false });
  if (SCREENSHOTS === '1') {
    mkdirSync(IMAGES, { recursive: true });
    cpSync(`${OUTPUT}${name}.png`, `${IMAGES}${name}.png`);
  }
}

const link = await step('the log offers a link for the set-up', () =>
  eventually('the link', () => readFileSync(WORLD_LOG, 'utf8').match(/https:\/\/\S*\/auth\/set_up\/[^\s"]+/)?.[0]),
);

await step('the page of the set-up is sound, also where it finds mistakes', async () => {
  await page.goto(link);
  await look();
  await page.fill('[name=email]', 'nobody');
  await page.fill('[name=password]', 'short');
  await page.fill('[name=password_again]', 'other');
  const served = await press('Einrichten');
  assert.ok((await mistakes()) >= 2, 'the mistakes are not listed');
  await validate('mistakes in the set-up', served);
});

await step('the first person and the first account are made', async () => {
  await page.goto(link);
  await page.fill('[name=email]', WORLD_EMAIL);
  await page.fill('[name=password]', WORLD_PASSWORD);
  await page.fill('[name=password_again]', WORLD_PASSWORD);
  await page.fill('[name=institution]', 'Stadt Musterstadt');
  await page.fill('[name=display_name]', 'Stadt Musterstadt');
  await page.fill('[name=username]', 'stadt');
  await press('Einrichten');
  assert.ok(!page.url().includes('set_up'), await page.locator('main').innerText());
});

await step('the link opens nothing a second time', async () => {
  const answer = await page.goto(link);
  assert.ok(answer.status() >= 400, `the set-up can be done again: ${answer.status()}`);
});

await step('a wrong password lets nobody in', async () => {
  await context.clearCookies();
  await open('/auth/sign_in');
  await look();
  await page.fill('[name=email]', WORLD_EMAIL);
  await page.fill('[name=password]', 'wrong wrong wrong');
  await press('Anmelden');
  await see('E-Mail-Adresse oder Passwort stimmt nicht');
});

await step('the right one leads to the workbench', async () => {
  await open('/redaktion');
  assert.match(page.url(), /\/auth\/sign_in/);
  await page.fill('[name=email]', WORLD_EMAIL);
  await page.fill('[name=password]', WORLD_PASSWORD);
  await press('Anmelden');
  assert.match(page.url(), /\/redaktion/);
  const cookies = await context.cookies();
  assert.ok(cookies.some((cookie) => cookie.httpOnly && cookie.secure && cookie.sameSite !== 'None'), JSON.stringify(cookies));
  await look();
});

await step('a picture without a description is not published', async () => {
  await go('Beitrag schreiben');
  await look();
  await page.fill('[name=text]', TEXT);
  await page.setInputFiles('[name=file_1]', PICTURE);
  const served = await press('Veröffentlichen');
  assert.ok((await mistakes()) >= 1, 'the missing description is not named');
  assert.equal(await page.inputValue('[name=text]'), TEXT);
  await validate('a missing description', served);
});

await step('it is described, kept as a draft, and not yet public', async () => {
  await page.locator('textarea[name^=description_]').first().fill('Bunte Wimpel über einer Straße');
  await press('Als Entwurf sichern');
  await noMistakes();
  const stranger = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  await stranger.goto(`${WORLD_URL}/@stadt`);
  assert.ok(!(await stranger.content()).includes('Linie 4'));
});

await step('the draft is released', async () => {
  await open('/redaktion/@stadt/drafts');
  await see('Linie 4');
  await look();
  await go('Bearbeiten');
  await look();
  await shoot('workbench');
  await page.locator('summary', { hasText: 'Ausschnitt von Bild 1' }).click();
  await page.getByRole('radio', { name: 'oben links' }).check();
  await press('Veröffentlichen');
  await noMistakes();
});

await step('everybody sees it, with its picture described', async () => {
  await open('/@stadt');
  await see('Linie 4');
  assert.equal(await page.locator('img[alt="Bunte Wimpel über einer Straße"]').count(), 1);
  assert.equal(await page.locator('.post img.f1').count(), 1, 'the part that was chosen is not kept in view');
  await look();
  await shoot('profile');
  await click(page.locator('article.post .meta a'));
  await see('Linie 4');
  await look();
  await shoot('post');
});

await step('the other public pages are sound', async () => {
  for (const path of ['/', '/tags/verkehr', '/@stadt?view=replies', '/@nobody']) await look(path);
});

await step('the feed holds it', async () => {
  const answer = await fetch(`${WORLD_URL}/@stadt.rss`);
  assert.match(answer.headers.get('content-type'), /rss\+xml/);
  assert.match(await answer.text(), /Linie 4/);
});

await step('the rooms of the workbench are sound', async () => {
  await open('/redaktion');
  const links = await page.locator('nav#nav a[href^="/redaktion"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  assert.ok(links.length > 2, String(links));
  // The links to the same page in another language are no rooms: `inspect` looks at both languages.
  for (const path of new Set(links.filter((link) => !link.includes('lang=')))) await look(path);
});

await step('what goes wrong in the workbench is said in the workbench', async () => {
  for (const path of ['/redaktion/@stadt/posts/1/edit', '/redaktion/nothing']) {
    const answer = await page.goto(new URL(path, WORLD_URL).href);
    assert.equal(answer.status(), 404);
    assert.equal(await page.locator('nav#nav').count(), 1, `${path} has left the workbench`);
    await look();
  }
});

await step('a second account with a long name is made, and asks the first', async () => {
  await open('/redaktion/accounts');
  await page.fill('[name=display_name]', LONG_NAME);
  await page.fill('[name=username]', 'grundstuecke');
  await page.fill('[name=institution]', LONG_NAME);
  await press('Konto anlegen');
  await noMistakes();
  await write('/redaktion/@grundstuecke/write', '@stadt Wann beginnt das Straßenfest?');
  for (const path of ['/@grundstuecke', '/', '/redaktion/@grundstuecke/posts', '/redaktion?choose=1']) await look(path);
});

await step('what came in is counted and marked until it was seen', async () => {
  await open('/redaktion/@stadt/posts');
  assert.equal(await page.locator('nav#nav a[href$="/inbox"] .n').textContent(), '1 neu');
  await look('/redaktion/@stadt/inbox?view=mentions');
  await open('/redaktion/@stadt/inbox');
  assert.equal(await page.locator('li.new').count(), 1);
  await open('/redaktion/@stadt/inbox');
  assert.equal(await page.locator('li.new').count(), 0);
});

await step('it is answered in sight of what was said before', async () => {
  await go('Antworten');
  await look();
  await page.fill('[name=text]', '@grundstuecke Um 14 Uhr.');
  await press('Veröffentlichen');
  await noMistakes();
  await open('/redaktion/@stadt/inbox');
  await go('Antworten');
  await see('Stadt Musterstadt hat hier schon geantwortet.');
  await see('Um 14 Uhr.');
  await look();
  await shoot('answer');
});

await step('it is shared, and no longer shared', async () => {
  await open('/redaktion/@stadt/inbox');
  await go('Teilen');
  await look();
  await press('Jetzt teilen');
  await see('Der Beitrag ist geteilt.');
  await look('/redaktion/@stadt/posts');
  await open('/@stadt');
  await see('Geteilt von Stadt Musterstadt');
  await open('/redaktion/@stadt/posts');
  await press('Nicht mehr teilen');
  await open('/@stadt');
  assert.ok(!(await page.content()).includes('Wann beginnt das Straßenfest?'));
});

await step('it is quoted with a poll, and the consent is taken back', async () => {
  await open('/redaktion/@stadt/inbox');
  await go('Zitieren');
  await look();
  await page.fill('[name=text]', 'Gute Frage: Wann soll es beginnen?');
  await page.getByText('Umfrage hinzufügen').click();
  await page.fill('[name=option_1]', 'Um 14 Uhr');
  await press('Veröffentlichen');
  assert.equal(await mistakes(), 1, await page.locator('main').innerText());
  await look();
  await page.fill('[name=option_2]', 'Um 16 Uhr');
  await press('Veröffentlichen');
  await noMistakes();
  await open('/@stadt');
  await see('Um 16 Uhr');
  assert.equal(await page.locator('blockquote.quoted').count(), 1);
  await look();
  await open('/redaktion/@grundstuecke/inbox');
  await page.getByText('Zitat zurücknehmen').click();
  await look();
  await press('Jetzt zurücknehmen');
  await see('Ihr Beitrag wird dort nicht mehr gezeigt.');
  await open('/@stadt');
  assert.equal(await page.locator('blockquote.quoted').count(), 0);
});

await step('who comes from another server chooses an account', async () => {
  const post = new URL('/@grundstuecke', WORLD_URL).href;
  await open(`/authorize_interaction?uri=${encodeURIComponent(post)}`);
  await look();
  await open('/interaction?intent=follow&address=niemand').catch(() => {});
  await see('Diese Adresse kennen wir nicht');
});

await step('a film is asked for its description and then shown', async () => {
  await open('/redaktion/@stadt/write');
  await page.fill('[name=text]', 'Die Brücke öffnet sich.');
  await page.setInputFiles('[name=file_1]', await film());
  const served = await press('Veröffentlichen');
  assert.equal(await mistakes(), 1, await page.locator('main').innerText());
  await validate('a film without a description', served);
  await page.locator('textarea[name^=description_of_]').fill('Eine Klappbrücke geht auf.');
  await press('Veröffentlichen');
  await noMistakes();
  await open('/@stadt');
  assert.equal(await page.locator('video[aria-label="Eine Klappbrücke geht auf."]').count(), 1);
  await look();
});

/** Somebody who has no account; `press` gives the next page as it was served. */
async function stranger() {
  const context = await browser.newContext({ locale: 'de-DE', javaScriptEnabled: false });
  const page = await context.newPage();
  const turn = async (target) => {
    const [answer] = await Promise.all([page.waitForNavigation(), target.first().click()]);
    return answer.text();
  };
  return { context, page, turn, press: (name) => turn(page.getByRole('button', { name })) };
}

let receipt;
await step('anybody reports it, without a cookie', async () => {
  const visitor = await stranger();
  await visitor.page.goto(`${WORLD_URL}/@stadt`);
  await visitor.turn(visitor.page.locator('a[href^="/report?url="]'));
  assert.match(await visitor.page.inputValue('[name=addresses]'), /^https:\/\/\S+\/@stadt\/\d+$/);
  await inspect(browser, visitor.page.url(), []);
  await shoot('moderation-form', visitor.page);
  const served = await visitor.press('Meldung abschicken');
  assert.equal(await visitor.page.locator('[role=alert] li').count(), 3);
  await validate('a report with mistakes', served);
  await visitor.page.getByRole('radio', { name: 'Etwas anderes' }).check();
  await visitor.page.fill('[name=reason]', 'Das Bild zeigt etwas anderes.');
  await visitor.page.getByRole('checkbox').check();
  await visitor.press('Meldung abschicken');
  receipt = visitor.page.url();
  assert.match(receipt, /\/report\/status\//);
  assert.deepEqual(await visitor.context.cookies(), []);
  await inspect(browser, receipt, []);
  await shoot('moderation-receipt', visitor.page);
  await visitor.context.close();
});

await step('a moderator decides by keyboard alone', async () => {
  await open('/redaktion/moderation');
  await shoot('moderation-queue');
  await look();
  await click(page.locator('.rows h3 a'));
  await shoot('moderation-case');
  await look();
  await page.getByRole('button', { name: 'Übernehmen' }).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await page.locator('[name=measure][value=nothing]').focus();
  await page.keyboard.press('Space');
  await page.getByRole('radio', { name: /Auf nichts/ }).focus();
  await page.keyboard.press('Space');
  await page.locator('[name=facts]').focus();
  await page.keyboard.type('Das Bild passt zum Text.');
  await page.getByRole('button', { name: 'Entscheiden' }).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await see('Die Entscheidung gilt.');
  await look();
  await look('/redaktion/moderation/new');
  await look('/redaktion/moderation?view=decided');
});

await step('whoever often writes what is unfounded is warned', async () => {
  for (const number of [1, 2]) {
    await open('/redaktion/moderation/new');
    await page.locator('[name=source][value=letter]').check();
    await page.fill('[name=address]', `https://nirgends.example/${number}`);
    await page.locator('[name=question][value=other]').check();
    await page.fill('[name=reason]', 'Immer dasselbe.');
    await page.fill('[name=email]', 'leser@post.example');
    await press('Eintragen');
    await noMistakes();
    await page.locator('[name=measure][value=nothing]').check();
    await page.getByRole('radio', { name: /Auf nichts/ }).check();
    await page.getByText('Offensichtlich unbegründete Meldungen ankreuzen').click();
    await page.locator('[name=unfounded]').check();
    if (number === 2) await look();
    await press('Entscheiden');
    await see('Die Entscheidung gilt.');
  }
  await page.locator('summary', { hasText: 'Brief oder E-Mail' }).first().click();
  await click(page.getByRole('link', { name: /2-mal offensichtlich Unbegründetes/ }));
  await shoot('moderation-notifier');
  await look();
  await page.fill('[name=reasons]', 'Zweimal derselbe Brief über nichts.');
  await press('Verwarnen');
  await see('Die Verwarnung gilt.');
  await look();
  await look('/redaktion/moderation/notifiers');
});

await step('a moderator decides about a server by keyboard alone, and a list only suggests', async () => {
  const domains = '/redaktion/moderation/domains';
  await look(domains);
  await open(`${domains}/new`);
  await look();
  await page.locator('[name=domain]').focus();
  await page.keyboard.type('laut.example');
  await page.locator('[name=severity][value=silence]').focus();
  await page.keyboard.press('Space');
  await page.locator('[name=reason]').focus();
  await page.keyboard.type('Es ist dort sehr laut.');
  await page.getByRole('button', { name: 'Zeigen, was verloren ginge' }).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await see('Noch gilt nichts davon.');
  await page.getByRole('button', { name: 'Entscheidung speichern' }).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await see('Die Entscheidung gilt.');
  await shoot('moderation-domains');
  await look();
  await open(`${domains}/lists`);
  await look();
  await page.fill('[name=text]', 'evil.example\nspam.example');
  await press('Einlesen und prüfen');
  await look();
  await page.locator('[name=line][value="evil.example"]').check();
  await press('Angekreuzte annehmen');
  await see('Angenommen. Die Entscheidungen gelten.');
  await look('/redaktion/moderation/held');
  await inspect(browser, new URL('/about/domains', WORLD_URL).href, []);
});

await step('who reported reads what was decided, and complains', async () => {
  const visitor = await stranger();
  await visitor.page.goto(receipt);
  assert.ok((await visitor.page.content()).includes('Das Bild passt zum Text.'));
  await inspect(browser, receipt, []);
  await visitor.page.fill('[name=complaint_1]', 'Es passt nicht.');
  const served = await visitor.press('Beschwerde abschicken');
  assert.ok(served.includes('Es passt nicht.'), served);
  assert.equal(visitor.page.url(), receipt);
  await visitor.context.close();
});

await step('the report of the year and the records can be read', async () => {
  await inspect(browser, new URL('/transparency', WORLD_URL).href, []);
  await open('/redaktion/records');
  await look();
});

await step('it is changed', async () => {
  await open('/redaktion/@stadt/posts');
  await click(page.locator('li', { hasText: 'Linie 4' }).getByRole('link', { name: 'Bearbeiten' }));
  await page.fill('[name=text]', LATER);
  await press('Änderungen veröffentlichen');
  await open('/@stadt');
  await see('Linie 5');
  await see('geändert');
});

await step('it is deleted', async () => {
  await open('/redaktion/@stadt/posts');
  await click(page.locator('li', { hasText: 'Linie 5' }).getByRole('link', { name: 'Löschen' }));
  await look();
  await press('Endgültig löschen');
  await open('/@stadt');
  assert.ok(!(await page.content()).includes('Linie 5'));
});

await step('who signs out is out', async () => {
  await open('/redaktion');
  await press('Abmelden');
  await open('/redaktion');
  assert.match(page.url(), /\/auth\/sign_in/);
});

await browser.close();
finish();
