const fs = require('node:fs');
const path = require('node:path');

/**
 * Puts `node_modules/.bin/node` back, the Node of this package. npm 10 takes it away again when it leaves out the Node
 * packages of other systems, whose program has the same name. Says whether there is such a Node. Runs on any Node.
 */
exports.linkOwnNode = (root) => {
  const modules = path.join(root, 'node_modules');
  const program = findProgram(modules);
  if (!program) return false;
  const bin = path.join(modules, '.bin');
  fs.mkdirSync(bin, { recursive: true });
  const target = path.relative(bin, program);
  if (process.platform === 'win32') fs.writeFileSync(path.join(bin, 'node.cmd'), `@"%~dp0${target}" %*\r\n`);
  else {
    fs.rmSync(path.join(bin, 'node'), { force: true });
    fs.symlinkSync(target, path.join(bin, 'node'));
  }
  return true;
};

/** npm installs the one for this system only. */
function findProgram(modules) {
  for (const name of fs.readdirSync(modules)) {
    if (!/^node-(bin-)?(darwin|linux|win)-(arm64|x64)$/.test(name)) continue;
    const { bin } = JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8'));
    const program = path.join(modules, name, bin.node);
    if (fs.existsSync(program)) return program;
  }
  return undefined;
}
