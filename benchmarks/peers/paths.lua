-- Asks for the paths in a file, each thread from a place of its own, and tells what came of it as JSON.
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(args)
    requests = {}
    for path in io.lines(args[1]) do
        requests[#requests + 1] = wrk.format("GET", path)
    end
    position = number * math.floor(#requests / 2)
end

function request()
    position = position % #requests + 1
    return requests[position]
end

function done(summary, latency)
    local failed = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "duration_s": %f, "refused": %d, "lost": %d, "p50_ms": %f, "p99_ms": %f}\n',
        summary.requests, summary.duration / 1e6, failed.status,
        failed.connect + failed.read + failed.write + failed.timeout,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
