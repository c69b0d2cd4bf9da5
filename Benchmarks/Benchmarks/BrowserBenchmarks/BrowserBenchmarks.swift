import Benchmark
import ITwinsAPI
import Screen

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, .peakMemoryResident],
        warmupIterations: 3,
        maxDuration: .seconds(3)
    )
    let rows = 100_000
    // Made by whichever benchmark runs: each has a process of its own.
    let iTwins = { Sample.iTwins(rows) }

    // MARK: Keys at 100,000 rows, update and view

    Benchmark("cursor down, 100,000 rows") { benchmark, person in
        let down = Key(.character("j"))
        for _ in benchmark.scaledIterations { blackHole(person.press(down)) }
    } setup: {
        Box(Person(iTwins()))
    }

    Benchmark("to the last row and to the first, 100,000 rows") { benchmark, person in
        let keys = [Key(.end), Key(.home)]
        for _ in benchmark.scaledIterations {
            for key in keys { blackHole(person.press(key)) }
        }
    } setup: {
        Box(Person(iTwins()))
    }

    Benchmark("resize to 30×90 and back, 100,000 rows") { benchmark, person in
        for _ in benchmark.scaledIterations {
            blackHole(person.resize(90, 30))
            blackHole(person.resize(120, 40))
        }
    } setup: {
        Box(Person(iTwins()))
    }

    // MARK: Filter

    Benchmark("filter “bridge 12”, its nine keys, 100,000 rows") { benchmark, person in
        for _ in benchmark.scaledIterations {
            person.press("/")
            benchmark.startMeasurement()
            for character in "bridge 12" { blackHole(person.press(Key(.character(character)))) }
            benchmark.stopMeasurement()
            _ = person.press(Key(.escape))
        }
    } setup: {
        Box(Person(iTwins()))
    }

    // MARK: Sort

    Benchmark("sort by name, 100,000 rows") { benchmark, person in
        for _ in benchmark.scaledIterations {
            // Back to the service's order first, so that each time is a sort of its own.
            for key in ["s", "1", "s"] { person.press(key) }
            benchmark.startMeasurement()
            blackHole(person.press(Key(.character("2"))))
            benchmark.stopMeasurement()
        }
    } setup: {
        Box(Person(iTwins()))
    }

    Benchmark("sort by when it was modified, 100,000 rows") { benchmark, person in
        for _ in benchmark.scaledIterations {
            for key in ["s", "1", "s"] { person.press(key) }
            benchmark.startMeasurement()
            blackHole(person.press(Key(.character("7"))))
            benchmark.stopMeasurement()
        }
    } setup: {
        Box(Person(iTwins()))
    }

    // MARK: Pages

    Benchmark("page of 1,000 iTwins decoded") { benchmark, page in
        let operation = ITwinsAPI.Operation.iTwins(ITwinQuery())
        for _ in benchmark.scaledIterations {
            guard let body = try? JSON.parse(page.value), let answer = try? operation.answer(body: body) else {
                preconditionFailure("the page cannot be read")
            }
            blackHole(answer)
        }
    } setup: {
        Box(Array(Sample.page(1000).utf8))
    }

    Benchmark("100,000 iTwins made ready in pages, not on the UI thread") { benchmark, iTwins in
        for _ in benchmark.scaledIterations { blackHole(Person.pages(of: iTwins.value)) }
    } setup: {
        Box(iTwins())
    }

    Benchmark("100,000 iTwins received in pages") { benchmark, pages in
        for _ in benchmark.scaledIterations { blackHole(Person(pages.value)) }
    } setup: {
        Box(Person.pages(of: iTwins()))
    }

    // MARK: Frames

    Benchmark("frame of 120×40 drawn") { benchmark, person in
        for _ in benchmark.scaledIterations { blackHole(person.value.look()) }
    } setup: {
        Box(Person(iTwins()))
    }

    Benchmark("frame of 160×50 drawn") { benchmark, person in
        for _ in benchmark.scaledIterations { blackHole(person.value.look()) }
    } setup: {
        Box(Person(iTwins(), width: 160, height: 50))
    }

    // Reliability row 24: below 5 ms.
    Benchmark("frame of 120×40 with hostile names drawn") { benchmark, person in
        for _ in benchmark.scaledIterations { blackHole(person.value.look()) }
    } setup: {
        Box(Person(Sample.hostile(100)))
    }

    Benchmark("cursor down and up, hostile names") { benchmark, person in
        let keys = [Key(.character("j")), Key(.character("k"))]
        for _ in benchmark.scaledIterations {
            for key in keys { blackHole(person.press(key)) }
        }
    } setup: {
        Box(Person(Sample.hostile(100)))
    }
}

/// What a benchmark's setup made, to be changed in place: a copy of it would copy 100,000 rows.
final class Box<Value> {
    var value: Value

    init(_ value: Value) {
        self.value = value
    }
}

extension Box<Person> {
    func press(_ key: Key) -> Frame { value.press(key) }

    func press(_ key: String) { value.press(key) }

    func resize(_ width: Int, _ height: Int) -> Frame { value.resize(width, height) }
}
