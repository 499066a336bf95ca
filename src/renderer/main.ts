import './jitless';
import { mount } from 'svelte';
import App from './frame/App.svelte';
import { reportUncaught } from './frame/uncaught';
import { connect } from './state/engine';
import { Session } from './state/session.svelte';
import { webBridge } from './state/web-bridge';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
const engine = connect('plumbline' in window ? window.plumbline : webBridge());
const session = new Session(engine, window.localStorage);
reportUncaught(window, engine, () => session.view);
mount(App, { target, props: { session } });
