// A client of gRPC for Node: calls every method of EchoService and prints the name of each feature that works.
'use strict';
const grpc = require('@grpc/grpc-js');

const client = new grpc.Client(process.argv[2], grpc.credentials.createInsecure(), { 'grpc.enable_retries': 0 });
const same = (b) => b;
const start = (kind, path, ...rest) => client[`make${kind}Request`](path, same, same, ...rest);

function expect(name, right, told) {
  if (!right) {
    console.log(`${name}: ${told}`);
    process.exit(1);
  }
}

function unary(text, options = {}, metadata = new grpc.Metadata(), path = '/test.Echo/Unary') {
  return new Promise((done) => {
    let trailers;
    const call = start('Unary', path, Buffer.from(text), metadata, options, (error, answer) => setImmediate(() => done({ error, answer, trailers })));
    call.on('status', (status) => { trailers = status.metadata; });
  });
}

const checks = {
  async unary() {
    const metadata = new grpc.Metadata();
    metadata.add('x-key', 'value');
    metadata.add('x-key-bin', Buffer.from([0, 255]));
    const { error, answer, trailers } = await unary('ping', {}, metadata);
    expect('unary', !error && answer.toString() === 'ping', error);
    expect('unary', trailers.get('x-key')[0] === 'value' && trailers.get('x-key-bin')[0].equals(Buffer.from([0, 255])), JSON.stringify(trailers));
  },
  async large() {
    const { error, answer } = await unary(Buffer.alloc(3000000, 7));
    expect('large', !error && answer.equals(Buffer.alloc(3000000, 7)), error);
  },
  async up() {
    const sum = await new Promise((done) => {
      const call = start('ClientStream', '/test.Echo/Up', new grpc.Metadata(), {}, (error, answer) => done(error ?? answer.readInt32LE()));
      for (let i = 0; i < 100; i++) call.write(Buffer.alloc(10000));
      call.end();
    });
    expect('up', sum === 1000000, sum);
  },
  async down() {
    let length = 0;
    for await (const message of start('ServerStream', '/test.Echo/Down', Buffer.from([10]), new grpc.Metadata(), {})) length += message.length;
    expect('down', length === 1000000, length);
  },
  async both() {
    const call = start('BidiStream', '/test.Echo/Both', new grpc.Metadata(), {});
    for (let i = 0; i < 50; i++) {
      call.write(Buffer.from([i]));
      const [answer] = await new Promise((done) => call.once('data', (...all) => done(all)));
      expect('both', answer[0] === i, answer);
    }
    const ended = new Promise((done) => call.on('status', done));
    call.end();
    expect('both', (await ended).code === 0, 'the call ended with another status');
  },
  async fail() {
    const { error } = await unary('fail');
    expect('fail', error.code === 9 && error.details === 'as asked, 100 %', error);
  },
  async deadline() {
    const { error } = await unary('wait', { deadline: Date.now() + 300 });
    expect('deadline', error.code === 4, error);
  },
  async cancel() {
    const error = await new Promise((done) => {
      const call = start('Unary', '/test.Echo/Unary', Buffer.from('wait'), new grpc.Metadata(), {}, done);
      setTimeout(() => call.cancel(), 50);
    });
    expect('cancel', error.code === 1, error);
  },
  async unimplemented() {
    const { error } = await unary('x', {}, new grpc.Metadata(), '/test.Echo/Nothing');
    expect('unimplemented', error.code === 12, error);
  },
  async health() {
    const { error, answer } = await unary('', {}, new grpc.Metadata(), '/grpc.health.v1.Health/Check');
    expect('health', !error && answer.equals(Buffer.from([8, 1])), error);
  },
  async many() {
    const all = await Promise.all(Array.from({ length: 250 }, (_, i) => unary(String(i))));
    all.forEach(({ error, answer }, i) => expect('many', !error && answer.toString() === String(i), error));
  },
};

(async () => {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(name);
  }
  client.close();
})();
