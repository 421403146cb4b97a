import Fetching
import Language

/// The exit codes of the contract.
enum ExitStatus: Int32 {
    case done = 0
    /// Findings at or above `--fail-on`; problems found by lint or test.
    case findings = 1
    /// Wrong usage, config or checklist: nothing was pulled.
    case wrong = 2
    /// At least one source is not complete; the reports are written and say so.
    case incomplete = 3
    case bug = 70
    /// Another audit holds the lock.
    case locked = 75
}

/// The end of a command before its natural one, with what there is to say on standard error.
struct Stop: Error {
    let code: ExitStatus
    let lines: [String]

    init(_ code: ExitStatus, _ lines: String...) {
        self.code = code
        self.lines = lines
    }

    init(_ code: ExitStatus, _ lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// Something is wrong with the snapshots.
    init(_ error: SnapshotError) {
        if case .locked = error { self.init(.locked, error.description) } else { self.init(.wrong, error.description) }
    }

    /// Wrong config or checklists: every problem, one a line.
    init(_ diagnostics: Diagnostics) {
        code = .wrong
        lines = diagnostics.sorted.map(\.description)
    }

    func report() {
        for line in lines { Terminal.writeError(line.printable) }
    }
}
