/** The whole window with the fake engine, for viewing in a plain browser: `?scene=digits`. */
import '../../../../src/renderer/jitless';
import { mount } from 'svelte';
import App from '../../../../src/renderer/frame/App.svelte';
import { connect } from '../../../../src/renderer/state/engine';
import { Session } from '../../../../src/renderer/state/session.svelte';
import { scenes } from './scenes';

const name = new URLSearchParams(location.search).get('scene') ?? 'digits';
const scene = scenes[name];
const target = document.getElementById('app');
if (target === null || scene === undefined)
  throw new Error(`No scene ${name}; there are ${Object.keys(scenes).join(', ')}`);
const { engine, after } = scene();
mount(App, { target, props: { session: new Session(connect(engine.bridge), localStorage) } });
if (after !== undefined) setTimeout(after, 300);
