-- Posts the reports in a file, each thread from a place of its own and with external ids of its own (for `@ID@` in
-- the body); writes the address of every issue that it is told of to a file, and tells what came of it as JSON.
local threads = 0
local made = {}

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
    made[threads] = thread
end

function init(args)
    bodies = {}
    for body in io.lines(args[1]) do
        bodies[#bodies + 1] = body
    end
    told = io.open(args[2] .. "." .. number, "a")
    run = args[3] .. "-" .. number .. "-"
    position = number * math.floor(#bodies / 2)
    sent, acknowledged = 0, 0
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    position = position % #bodies + 1
    sent = sent + 1
    return wrk.format("POST", "/api/issues", nil, (string.gsub(bodies[position], "@ID@", run .. sent, 1)))
end

function response(status, headers)
    if status == 201 then
        acknowledged = acknowledged + 1
        told:write(headers["location"], "\n")
    end
end

function done(summary, latency)
    local failed = summary.errors
    local created = 0
    for _, thread in ipairs(made) do
        created = created + thread:get("acknowledged")
    end
    io.write(string.format(
        '\n{"requests": %d, "created": %d, "duration_s": %f, "refused": %d, "lost": %d, "p50_ms": %f, "p95_ms": %f}\n',
        summary.requests, created, summary.duration / 1e6, failed.status,
        failed.connect + failed.read + failed.write + failed.timeout,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3))
end
