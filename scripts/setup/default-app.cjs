/**
 * Does what Electron's own default app does, for an Electron taken from another application: loads the modules named by
 * -r (used by Playwright) and then the app named on the command line. Set-up copies it into that Electron.
 */
const { app } = require('electron');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const preloaded = [];
let target;
const args = process.argv.slice(1);
for (let index = 0; index < args.length && target === undefined; index++) {
  if (args[index] === '-r' || args[index] === '--require') preloaded.push(args[++index]);
  else if (!args[index].startsWith('-')) target = path.resolve(args[index]);
}

app.on('window-all-closed', () => {
  if (app.listeners('window-all-closed').length === 1) app.quit();
});

if (preloaded.length > 0) Module._preloadModules(preloaded);

if (target === undefined) {
  process.stderr.write('Usage: electron [-r MODULE] APP [ARGUMENT …]\n');
  app.exit(2);
} else {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  const manifest = path.join(target, 'package.json');
  if (fs.existsSync(manifest)) {
    const { name, productName, version } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    if (version) app.setVersion(version);
    if (productName ?? name) app.setName(productName ?? name);
  }
  const main = Module._resolveFilename(target, null, true);
  app.setAppPath(fs.existsSync(manifest) ? target : path.dirname(main));
  Module._load(main, Module, true);
}
