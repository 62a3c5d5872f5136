// A server of another make that answers "ok" and prints what it understood of every request: a line of JSON each. Prints its port first.
'use strict';
const http = require('node:http');

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    console.log(JSON.stringify([request.method, request.url, Buffer.concat(pieces).toString('latin1')]));
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () => console.log(String(server.address().port)));
