import Language

/// Records read so far, on one line of a terminal. Nothing is said anywhere else.
final class Progress: Sendable {
    private let shown: Bool
    private let state = Guarded<(records: Int, said: Int)>((0, 0))

    init(quiet: Bool) { shown = !quiet && Terminal.errorIsTerminal }

    func add(source: String, records: Int) {
        guard shown else { return }
        let say = state.withLock { state -> Int? in
            state.records += records
            // Said in steps of records, not of time, so that nothing here needs a clock.
            guard state.records - state.said >= 1000 else { return nil }
            state.said = state.records
            return state.records
        }
        if let say { Terminal.writeErrorInPlace("\(Self.grouped(say)) records, now \(source)") }
    }

    func finish() {
        if shown { Terminal.writeErrorInPlace("") }
    }

    private static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return digits.enumerated().map { index, digit in
            let left = digits.count - index
            return index > 0 && left % 3 == 0 ? ",\(digit)" : String(digit)
        }.joined()
    }
}
