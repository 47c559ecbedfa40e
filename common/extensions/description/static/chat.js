// Chat and notices over a bare WebSocket, as clients of either generation speak it
// (docs/contract/realtime.md): Engine.IO 4 is pinged and joins "/" itself; Engine.IO 3 pings, and
// is in "/" at once. Everything that arrives is shown as text.

const EVERY_MS = 25000;
const MOST_LINES = 200;

const opening = document.getElementById('opening');
const saying = document.getElementById('saying');
const state = document.getElementById('state');
const heard = document.getElementById('heard');

let socket = null;
let pinging = null;

function show(kind, text) {
    const line = document.createElement('li');
    line.dataset.kind = kind;
    line.textContent = `${new Date().toLocaleTimeString()}  ${kind}  ${text}`;
    heard.prepend(line);
    while (heard.childElementCount > MOST_LINES) {
        heard.lastElementChild.remove();
    }
}

function connect(revision, token) {
    const address = new URL('/socket.io/', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    address.search = new URLSearchParams({EIO: revision, transport: 'websocket', greeting: '1'});
    if (revision === '3' && token) {
        address.searchParams.set('token', token);
    }
    const opened = new WebSocket(address);
    opened.addEventListener('message', ({data}) => take(opened, revision, token, data));
    opened.addEventListener('close', () => {
        if (socket === opened) {
            end('已断开');
        }
    });
    return opened;
}

function take(opened, revision, token, data) {
    const [kind, rest] = [data[0], data.slice(1)];
    if (kind === '0' && revision === '4') {
        opened.send(`40${JSON.stringify(token ? {token} : {})}`);
    } else if (kind === '0') {
        pinging = setInterval(() => opened.send('2'), EVERY_MS);
    } else if (kind === '2') {
        opened.send('3');
    } else if (kind === '4') {
        understand(rest);
    }
}

function understand(packet) {
    if (packet.startsWith('0')) {
        state.textContent = '已连接';
    } else if (packet.startsWith('4')) {
        const refusal = JSON.parse(packet.slice(1));
        end(`被拒绝：${refusal.message || refusal}`);
    } else if (packet.startsWith('1')) {
        end('登录已失效');
    } else if (packet.startsWith('2')) {
        const [event, data] = JSON.parse(packet.slice(1));
        show(event, event === 'message' ? unescaped(data.msg) : JSON.stringify(data));
    }
}

// The bot's words are escaped, for pages that show them as HTML; this one shows them as text.
function unescaped(text) {
    return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function end(why) {
    const former = socket;
    socket = null;
    clearInterval(pinging);
    state.textContent = why;
    if (former) {
        former.close();
    }
}

opening.addEventListener('submit', (event) => {
    event.preventDefault();
    const {revision, token} = Object.fromEntries(new FormData(opening));
    end('正在连接…');
    socket = connect(revision, token.trim());
});

saying.addEventListener('submit', (event) => {
    event.preventDefault();
    const msg = new FormData(saying).get('msg');
    if (socket && socket.readyState === WebSocket.OPEN) {
        socket.send(`42${JSON.stringify(['message', {msg, timestamp: Date.now()}])}`);
        show('我', msg);
        saying.reset();
    }
});
