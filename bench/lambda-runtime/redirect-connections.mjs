/**
 * Preload (`node --import`) that redirects connections to loopback. REDIRECT_CONNECTIONS is JSON:
 * `{"host:port": port on 127.0.0.1}`. Only the TCP connection is redirected: TLS still requests and verifies the name
 * that the program gave.
 */
const { Socket } = process.getBuiltinModule('node:net');
const redirected = JSON.parse(process.env.REDIRECT_CONNECTIONS);
const { connect } = Socket.prototype;

const redirect = (options) => {
  const port = redirected[`${options?.host}:${options?.port}`];
  return port === undefined ? options : { ...options, host: '127.0.0.1', port };
};

Socket.prototype.connect = function (first, ...others) {
  if (!Array.isArray(first)) return connect.call(this, redirect(first), ...others);
  // Node's internal form of the arguments: an array with a symbol that marks it.
  first[0] = redirect(first[0]);
  return connect.call(this, first, ...others);
};
