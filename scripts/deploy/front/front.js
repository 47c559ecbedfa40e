// What the front does and its configuration cannot say: bounds the time that a body may take,
// reads odd request lines, counts and logs its own answers.

const FREE_SECONDS = 30;            // in which any body may arrive, however slowly
const SLOWEST_BYTES_PER_SECOND = 1024;  // from then on
const LOOK_MS = 1000;
const TEXT_OF_LATE = 'The request took too long to arrive.';
// Answers to what is no request of HTTP: others may cause any number of them.
const UNPARSABLE = [400, 405, 414, 431, 494, 501, 505];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const counts = () => ngx.shared.front_counts;

/** js_access: go on when the body is complete; answer 408 when it is too slow. */
async function bounded(r) {
    const began = Date.now();
    const before = Number(r.variables.request_length);
    let timer;
    const late = new Promise((resolve) => {
        const look = () => {
            const seconds = (Date.now() - began) / 1000;
            const bytes = Number(r.variables.request_length) - before;
            if (seconds >= FREE_SECONDS && bytes < SLOWEST_BYTES_PER_SECOND * seconds) {
                resolve(true);
            } else {
                timer = setTimeout(look, LOOK_MS);
            }
        };
        timer = setTimeout(look, LOOK_MS);
    });
    const isLate = await Promise.race([r.readRequestArrayBuffer().then(() => false), late]);
    clearTimeout(timer);
    if (isLate) {
        refuseLate(r);
    }
}

function refuseLate(r) {
    const headers = {
        'Content-Type': 'application/json',
        'Connection': 'close',
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
        'X-Request-Id': r.variables.front_request_id,
        'Vary': 'Origin',
        'Access-Control-Allow-Origin': r.variables.front_origin,
        'Access-Control-Allow-Credentials': r.variables.front_credentials,
    };
    for (const name in headers) {
        if (headers[name]) {
            r.headersOut[name] = headers[name];
        }
    }
    r.return(408, JSON.stringify({message: TEXT_OF_LATE}) + '\n');
}

/** js_set: the request target with what may not stand in one percent-encoded, byte by byte. */
function encoded(r) {
    const forbidden = /[^!#$%&'()*+,\-.\/0-9:;=?@A-Z\[\]_a-z~]/;
    return Array.from(r.rawVariables.request_uri).map((byte) => {
        const letter = String.fromCharCode(byte);
        return forbidden.test(letter)
            ? '%' + byte.toString(16).toUpperCase().padStart(2, '0')
            : letter;
    }).join('');
}

/**
 * js_set, asked once at the end of a request that we answered ourselves: counts the answer; gives
 * its line, or nothing if it is not worth one. Nothing of what the client sent is in it.
 */
function line(r) {
    const status = Number(r.variables.status);
    if (status < 400) {
        return '';
    }
    counts().incr('answers ' + status, 1, 0);
    let unlogged = 0;
    if (UNPARSABLE.includes(status)) {
        if (!ngx.shared.front_pauses.add('unparsable', '1')) {
            counts().incr('unlogged', 1, 0);
            return '';
        }
        unlogged = counts().get('unlogged') || 0;
        counts().incr('unlogged', -unlogged, 0);
    }
    const method = r.variables.request.split(' ', 1)[0];
    return JSON.stringify({
        request_id: r.variables.front_request_id,
        door: 'front',
        method: METHODS.includes(method) ? method : null,
        route: null,
        status: status,
        ms: Number(r.variables.request_time) * 1000,
        address: r.variables.remote_addr,
        unlogged: unlogged,
        event: 'request',
        level: 'info',
        timestamp: new Date().toISOString(),
    });
}

/** js_content: web's metrics with ours below, or web's refusal. */
async function metrics(r) {
    const web = await r.subrequest('/.front/metrics');
    for (const name in web.headersOut) {
        if (!/^(content-length|connection|date|server|transfer-encoding)$/i.test(name)) {
            r.headersOut[name] = web.headersOut[name];
        }
    }
    if (web.status >= 500) {
        r.return(web.status);
        return;
    }
    r.return(web.status, web.status === 200 ? web.responseText + ownMetrics() : web.responseText);
}

function ownMetrics() {
    const name = 'toutiao_front_answers_total';
    let text = `# HELP ${name} Answers of the public server itself, by status.\n`
        + `# TYPE ${name} counter\n`;
    counts().keys().filter((key) => key.startsWith('answers ')).sort().forEach((key) => {
        text += `${name}{status="${key.slice(8)}"} ${counts().get(key)}\n`;
    });
    return text;
}

export default {bounded, encoded, line, metrics};
