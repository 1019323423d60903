// P8's peer: a Node server with the same two routes as Onda's health checks.
const http = require('http');

http
  .createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    if (request.url === '/health') {
      response.end('{"status":"ok"}');
    } else if (request.url === '/api/v1/health') {
      response.end(JSON.stringify({ status: 'ok', timestamp: new Date().toISOString() }));
    } else {
      response.statusCode = 404;
      response.end('{"error":"Not Found"}');
    }
  })
  .listen(Number(process.argv[2]), '127.0.0.1');
