// Appends with Emmett for a while: `node _emmett.mjs FOLDER WRITERS SECONDS`, the folder being where npm has put it; prints events a second.
// The database's address comes in BENCH_DATABASE_URL, the body of each event in BENCH_BODY: a command line is shown to every user.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, writers, seconds] = process.argv.slice(2);
const { getPostgreSQLEventStore } = createRequire(join(folder, "here"))("@event-driven-io/emmett-postgresql");
const store = getPostgreSQLEventStore(process.env.BENCH_DATABASE_URL);
const data = JSON.parse(process.env.BENCH_BODY);
const append = () => store.appendToStream(`dossier-${randomUUID()}`, [{ type: "Submitted", data }]);

await append();
const began = performance.now();
const end = began + Number(seconds) * 1000;
const appended = await Promise.all(
  Array.from({ length: Number(writers) }, async () => {
    let count = 0;
    for (; performance.now() < end; count++) await append();
    return count;
  }),
);
console.log(appended.reduce((all, one) => all + one, 0) / ((performance.now() - began) / 1000));
await store.close();
process.exit(0);
