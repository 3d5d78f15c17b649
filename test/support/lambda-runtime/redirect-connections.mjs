/**
 * Preload (`node --import`): connects to loopback where the program means to connect elsewhere. REDIRECT_CONNECTIONS
 * is JSON, `{"host:port": port on 127.0.0.1}`. Only the TCP connection goes elsewhere: the name that TLS asks for and
 * checks stays the one that the program gave.
 */
const { Socket } = process.getBuiltinModule('node:net');
const redirected = JSON.parse(process.env.REDIRECT_CONNECTIONS);
const { connect } = Socket.prototype;

const elsewhere = (options) => {
  const port = redirected[`${options?.host}:${options?.port}`];
  return port === undefined ? options : { ...options, host: '127.0.0.1', port };
};

Socket.prototype.connect = function (first, ...others) {
  if (!Array.isArray(first)) return connect.call(this, elsewhere(first), ...others);
  // Node's own form, which it tells by a symbol on the array.
  first[0] = elsewhere(first[0]);
  return connect.call(this, first, ...others);
};
