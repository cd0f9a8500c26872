// The page starts here: one App, everything it needs made once.

import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with id "app"');
mount(App, { target });
