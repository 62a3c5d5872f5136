// A server of gRPC for Node with the methods of EchoService. Prints its port.
'use strict';
const grpc = require('@grpc/grpc-js');

const same = (b) => b;
const bytes = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
const method = (path, requestStream, responseStream) => ({ path, requestStream, responseStream, ...bytes });

const echo = {
  unary: method('/test.Echo/Unary', false, false),
  up: method('/test.Echo/Up', true, false),
  down: method('/test.Echo/Down', false, true),
  both: method('/test.Echo/Both', true, true),
};

const server = new grpc.Server();
server.addService(echo, {
  unary(call, done) {
    const text = call.request.toString();
    if (text === 'fail') {
      done({ code: grpc.status.FAILED_PRECONDITION, details: 'as asked, 100 %' });
    } else if (text !== 'wait') {
      const trailers = new grpc.Metadata();
      call.metadata.get('x-key').forEach((value) => trailers.add('x-key', value));
      call.metadata.get('x-key-bin').forEach((value) => trailers.add('x-key-bin', value));
      done(null, call.request, trailers);
    }
  },
  up(call, done) {
    let length = 0;
    call.on('data', (message) => { length += message.length; });
    call.on('end', () => { const sum = Buffer.alloc(4); sum.writeInt32LE(length); done(null, sum); });
  },
  down(call) {
    let left = call.request[0] * 10;
    const more = () => {
      while (left > 0) {
        left--;
        if (!call.write(Buffer.alloc(10000))) {
          call.once('drain', more);
          return;
        }
      }
      call.end();
    };
    more();
  },
  both(call) {
    call.on('data', (message) => call.write(message));
    call.on('end', () => call.end());
  },
});
server.addService({ check: method('/grpc.health.v1.Health/Check', false, false) }, { check: (call, done) => done(null, Buffer.from([8, 1])) });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => { if (error) throw error; console.log(port); });
