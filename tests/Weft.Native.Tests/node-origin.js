// A server of another make: HTTP/1.1 on one port, HTTP/2 in the clear on the other. Prints both ports.
'use strict';
const http = require('node:http');
const http2 = require('node:http2');
const crypto = require('node:crypto');

const accept = (key) => crypto.createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');

function count(stream, done) {
  let length = 0;
  stream.on('data', (data) => { length += data.length; });
  stream.on('end', () => done(length));
}

const one = http.createServer((request, response) => {
  if (request.url === '/204') {
    response.writeHead(204);
    response.end();
  } else if (request.url === '/early') {
    response.writeEarlyHints({ link: '</a>; rel=preload' });
    setTimeout(() => response.end('early'), 20);
  } else if (request.method === 'HEAD') {
    response.setHeader('content-length', '5');
    response.end();
  } else {
    count(request, (length) => {
      response.setHeader('trailer', 'x-sum');
      response.setHeader('x-cookie', request.headers.cookie ?? '');
      response.write(`${request.method} ${length}`);
      response.addTrailers({ 'x-sum': String(length) });
      response.end();
    });
  }
});
one.on('upgrade', (request, socket) => {
  socket.write(`HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(request.headers['sec-websocket-key'])}\r\n\r\n`);
  socket.on('data', (data) => socket.write('echo ' + data));
  socket.on('end', () => socket.end());
});

const two = http2.createServer({ settings: { enableConnectProtocol: true } });
two.on('stream', (stream, headers) => {
  const method = headers[':method'];
  if (method === 'CONNECT') {
    stream.respond({ ':status': 200 });
    stream.on('data', (data) => stream.write('echo ' + data));
    stream.on('end', () => stream.end());
  } else if (headers[':path'] === '/204') {
    stream.respond({ ':status': 204 });
    stream.end();
  } else if (headers[':path'] === '/early') {
    stream.additionalHeaders({ ':status': 103, link: '</a>; rel=preload' });
    setTimeout(() => { stream.respond({ ':status': 200 }); stream.end('early'); }, 20);
  } else if (method === 'HEAD') {
    stream.respond({ ':status': 200, 'content-length': '5' });
    stream.end();
  } else {
    count(stream, (length) => {
      stream.respond({ ':status': 200, 'x-cookie': headers.cookie ?? '' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': String(length) }));
      stream.end(`${method} ${length}`);
    });
  }
});

one.listen(0, '127.0.0.1', () => two.listen(0, '127.0.0.1', () => console.log(`${one.address().port} ${two.address().port}`)));
