// Runs on any Node: says in one sentence what is missing instead of letting a syntax error say it.
const path = require('node:path');
const { linkOwnNode } = require('./link-own-node.cjs');

const [major, minor] = process.versions.node.split('.').map(Number);
const isOld = major < 22 || (major === 22 && minor < 18);
if (isOld && !linkOwnNode(path.dirname(__dirname))) {
  process.stderr.write(
    `cmap: this is Node ${process.versions.node}; the scripts need Node 24. npm installs it as the optional dependency ` +
      `node-${process.platform}-${process.arch} where that exists: install without --omit=optional, or use Node 24.\n`,
  );
  process.exit(1);
}
