// The page starts here: the App, or the sign-in in front of it.

import { mount } from 'svelte';
import './app.css';
import Front from './sign-in/Front.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no element with id "app"');
mount(Front, { target });
