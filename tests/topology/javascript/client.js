// One socket.io-client of a given generation. Prints what happens as JSON lines; reads lines
// [event, ...arguments] to emit, or "end".
// usage: node client.js PACKAGE URL OPTIONS
'use strict';

const readline = require('readline');

const [, , name, url, options] = process.argv;
const library = require(`${process.env.CLIENTS}/node_modules/${name}`);
const io = library.io || library;
const say = (...words) => process.stdout.write(`${JSON.stringify(words)}\n`);

const socket = io(url, {forceNew: true, reconnectionDelay: 50, ...JSON.parse(options)});
const receive = socket.onevent;
socket.onevent = function onevent(packet) { // 2.x has no onAny
    say('event', ...packet.data);
    receive.call(this, packet);
};
socket.on('connect', () => {
    const engine = socket.io.engine;
    say('connect', engine.transport.name);
    engine.once('upgrade', () => say('upgrade', engine.transport.name));
    engine.on('pong', () => say('pong')); // 2.x: the answer to its ping
    engine.on('ping', () => say('ping'));
});
socket.on('error', (error) => say('refused', error.message || error)); // 2.x
socket.on('connect_error', (error) => say('refused', error.message, error.data || null));
socket.on('disconnect', (reason) => say('disconnect', reason));

readline.createInterface({input: process.stdin}).on('line', (line) => {
    const words = JSON.parse(line);
    if (words === 'end') {
        socket.close();
        process.exit(0);
    }
    socket.emit(...words, (answer) => say('answer', answer));
});
