import './jitless';
import { mount } from 'svelte';
import App from './frame/App.svelte';
import { connect } from './state/engine';
import { Session } from './state/session.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
const session = new Session(connect(window.plumbline), window.localStorage);
mount(App, { target, props: { session } });
