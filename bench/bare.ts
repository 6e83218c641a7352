import Fastify from 'fastify';

/** The bare route that bench/read.ts measures against. */
const app = Fastify();
app.get('/bare', (request, reply) => {
  if (request.headers.authorization !== process.env.BENCH_AUTHORIZATION) return reply.code(401).send();
  return reply.type('application/json').send(process.env.BENCH_BODY);
});
process.stdout.write(`listening on ${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
