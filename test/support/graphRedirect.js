// Loaded into n8n before anything else: what it opens to Meta's host ends at a port of this machine, over TLS and with
// the name checked as ever. n8n's own WhatsApp node has that host fixed; a proxy would add its own cost to each call.
const { Socket } = require('node:net');

const HOST = 'graph.facebook.com';
const port = Number(process.env.CARECAMPAIGN_TEST_GRAPH_PORT);
const { connect } = Socket.prototype;

const ofMeta = (target) => target !== null && typeof target === 'object' && target.host === HOST;
const redirected = (target) => (ofMeta(target) ? { ...target, host: '127.0.0.1', port } : target);

Socket.prototype.connect = function toThisMachine(...args) {
  // Node passes its own callers' arguments on as one array.
  const [first] = args;
  if (Array.isArray(first)) first[0] = redirected(first[0]);
  else args[0] = redirected(first);
  return connect.apply(this, args);
};
