// The steps of a script: each is a sentence that states what is so. The first that fails ends the script.

let passed = 0;

/** Does one step and says that it held. */
export async function step(sentence, action) {
  const begin = Date.now();
  try {
    const result = await action();
    passed += 1;
    console.log(`ok   ${sentence} (${Date.now() - begin} ms)`);
    return result;
  } catch (error) {
    console.log(`FAIL ${sentence}`);
    console.log(error);
    console.log(`${passed} passed, 1 failed`);
    process.exit(1);
  }
}

/** Says how many steps there were. */
export function finish() {
  console.log(`${passed} passed, 0 failed`);
  process.exit(0);
}

/** Asks again and again until there is an answer that counts as true. */
export async function eventually(question, ask, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${question}: not within ${seconds} s; the last answer was ${last?.stack ?? JSON.stringify(last)}`);
}
