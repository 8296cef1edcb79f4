// A web client built on masto.js: its person signs in with Chromium, allows it, and works with a picture and a post.
// Run inside `world`.

import assert from 'node:assert/strict';
import { createOAuthAPIClient, createRestAPIClient } from 'masto';
import { launch } from '../chromium.mjs';
import { png } from '../picture.mjs';
import { finish, step } from '../steps.mjs';

const { WORLD_URL: url, WORLD_EMAIL, WORLD_PASSWORD, WORLD_ACCOUNT } = process.env;
const REDIRECT = 'urn:ietf:wg:oauth:2.0:oob';
const SCOPES = 'read write follow push';
const RELEASE = 'Straßenfest am Samstag: Die Linie 4 fährt eine Umleitung.\n\nMehr: https://stadt.example/strassenfest\n\n#Verkehr';

const app = await step('masto.js registers a client', () =>
  createRestAPIClient({ url }).v1.apps.create({ clientName: 'masto.js', redirectUris: REDIRECT, scopes: SCOPES }),
);

const code = await step('its person signs in with a browser and allows it', async () => {
  const browser = await launch();
  const page = await browser.newPage({ locale: 'de-DE' });
  const query = new URLSearchParams({ client_id: app.clientId, redirect_uri: REDIRECT, response_type: 'code', scope: SCOPES });
  await page.goto(`${url}/oauth/authorize?${query}`);
  await page.fill('input[name=email]', WORLD_EMAIL);
  await page.fill('input[name=password]', WORLD_PASSWORD);
  await page.click('main button[type=submit]');
  await page.click('button[value=allow]');
  const code = await page.inputValue('#code');
  await browser.close();
  assert.ok(code);
  return code;
});

const client = await step('the code becomes a token', async () => {
  const form = {
    grantType: 'authorization_code',
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    redirectUri: REDIRECT,
    code,
    scope: SCOPES,
  };
  const { accessToken } = await createOAuthAPIClient({ url }).token.create(form);
  return createRestAPIClient({ url, accessToken });
});

await step('it knows whose account it holds and what the server is', async () => {
  const me = await client.v1.accounts.verifyCredentials();
  assert.equal(me.acct, WORLD_ACCOUNT);
  assert.equal(me.source.note, '');
  const instance = await client.v2.instance.fetch();
  assert.equal(instance.domain, new URL(url).host);
  assert.equal(instance.registrations.enabled, false);
  assert.ok(instance.configuration.mediaAttachments.supportedMimeTypes.includes('image/png'));
});

const picture = await step('it uploads a picture with a description', async () => {
  const file = new Blob([png()], { type: 'image/png' });
  const made = await client.v2.media.create({ file, description: 'Bunte Wimpel über einer Straße' });
  assert.equal(made.type, 'image');
  assert.equal(made.description, 'Bunte Wimpel über einer Straße');
  return made;
});

const post = await step('it posts a release, and a repeat of the same request is the same post', async () => {
  const form = { status: RELEASE, mediaIds: [picture.id], language: 'de', visibility: 'public' };
  const requestInit = { headers: { 'Idempotency-Key': 'strassenfest-1' } };
  const made = await client.v1.statuses.create(form, { requestInit });
  const again = await client.v1.statuses.create(form, { requestInit });
  assert.equal(again.id, made.id);
  assert.equal(made.tags[0].name.toLowerCase(), 'verkehr');
  assert.equal(made.mediaAttachments[0].id, picture.id);
  assert.equal(made.application?.name, 'masto.js');
  return made;
});

await step('it reads the post where it must stand', async () => {
  const me = await client.v1.accounts.verifyCredentials();
  for (const line of [
    client.v1.timelines.home.list({ limit: 5 }),
    client.v1.timelines.public.list({ local: true, limit: 5 }),
    client.v1.timelines.tag.$select('verkehr').list({ limit: 5 }),
    client.v1.accounts.$select(me.id).statuses.list({ limit: 5 }),
  ]) {
    const [first] = await line;
    assert.equal(first.id, post.id);
  }
});

await step('strangers read it without a token', async () => {
  const seen = await createRestAPIClient({ url }).v1.statuses.$select(post.id).fetch();
  assert.equal(seen.uri, post.uri);
});

await step('it changes the post', async () => {
  const changed = await client.v1.statuses.$select(post.id).update({ status: RELEASE.replace('Linie 4', 'Linie 5') });
  assert.match(changed.content, /Linie 5/);
  assert.ok(changed.editedAt);
  assert.equal((await client.v1.statuses.$select(post.id).history.list()).length, 2);
});

await step('it changes the profile', async () => {
  const me = await client.v1.accounts.updateCredentials({ note: 'Nachrichten aus dem Rathaus', fieldsAttributes: [{ name: 'Web', value: 'https://stadt.example' }] });
  assert.match(me.note, /Nachrichten aus dem Rathaus/);
  assert.equal(me.fields[0].name, 'Web');
});

await step('it deletes the post', async () => {
  const deleted = await client.v1.statuses.$select(post.id).remove();
  assert.match(deleted.text, /Linie 5/);
  await assert.rejects(client.v1.statuses.$select(post.id).fetch(), (error) => error.statusCode === 404);
});

finish();
