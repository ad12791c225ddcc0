// The floor under `POST /tasks`: a bare Fastify that makes two prepared inserts in one durable transaction.
// Started as `node bench/floor-server.mjs FOLDER`; prints its address.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import Fastify from "fastify";

const db = new Sqlite(join(process.argv[2] ?? ".", "floor.db"));
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(
  "create table tasks (id text primary key, body text not null, created_at integer not null); create table events (seq integer primary key, task_id text not null, data text not null)",
);
const insertTask = db.prepare("insert into tasks values (?, ?, ?)");
const insertEvent = db.prepare("insert into events (task_id, data) values (?, ?)");
const submit = db.transaction((body) => {
  const id = randomUUID();
  insertTask.run(id, body, Date.now());
  insertEvent.run(id, body);
  return id;
});

const app = Fastify();
app.get("/health", () => ({ status: "ok" }));
app.post("/tasks", (request, reply) => {
  reply.code(202);
  return { task_id: submit(JSON.stringify(request.body)), status: "queued" };
});
console.log(await app.listen({ host: "127.0.0.1", port: 0 }));
