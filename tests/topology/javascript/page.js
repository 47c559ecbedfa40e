// The script of /docs/chat without a browser: a document of two forms, and the WebSocket of npm's
// package ws. Prints what the page shows as JSON lines; reads lines to send as messages, or "end".
// usage: node page.js SCRIPT URL REVISION TOKEN
'use strict';

const fs = require('fs');
const readline = require('readline');
const vm = require('vm');

const [, , script, url, revision, token] = process.argv;
const say = (...words) => process.stdout.write(`${JSON.stringify(words)}\n`);

class Element {
    constructor(values) {
        this.values = values;
        this.dataset = {};
        this.listeners = {};
        this.childElementCount = 0;
    }
    set textContent(text) { this.text = text; if (this.values === 'state') { say('state', text); } }
    prepend(line) { say('line', line.dataset.kind, line.text); }
    reset() {}
    addEventListener(name, listener) { this.listeners[name] = listener; }
    submit() { this.listeners.submit({preventDefault() {}}); }
}
const elements = {
    opening: new Element({revision, token}), saying: new Element({}),
    state: new Element('state'), heard: new Element(),
};
global.document = {getElementById: (id) => elements[id], createElement: () => new Element()};
global.location = {href: `${url}/docs/chat`};
global.WebSocket = require(`${process.env.CLIENTS}/node_modules/ws`);
global.FormData = class { // as far as the page uses it
    constructor(form) { this.form = form; }
    get(name) { return this.form.values[name]; }
    [Symbol.iterator]() { return Object.entries(this.form.values)[Symbol.iterator](); }
};
vm.runInThisContext(fs.readFileSync(script, 'utf8'));
elements.opening.submit();

readline.createInterface({input: process.stdin}).on('line', (line) => {
    const words = JSON.parse(line);
    if (words === 'end') {
        process.exit(0);
    }
    [, elements.saying.values.msg] = words;
    elements.saying.submit();
});
