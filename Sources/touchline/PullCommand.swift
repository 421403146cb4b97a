import ArgumentParser
import Fetching
import Foundation
import History
import Language
import Timelines

/// `touchline pull`: only pull, into the snapshot folder.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Only pull, into the snapshot folder.",
        discussion: """
            Says how each source went, and the name of the snapshot, which `touchline audit --replay` judges. Exit code 3 where \
            a source is not complete.

            Example: touchline pull -c touchline.yaml --source northwind-desk
            """)

    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp("The configuration. Default: touchline.yaml.", valueName: "config"))
    var config = "touchline.yaml"

    @OptionGroup var pulling: PullingOptions

    @Option(help: "Say how the sources went, or the snapshot's manifest, on standard output.")
    var format = OutputFormat.text

    @Option(help: "`never` exits with 0 even where a source is not complete.")
    var failOn = FailOn.incomplete

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    func run() async throws {
        let diagnostics = Diagnostics()
        guard var plan = AuditPlan.load(config: config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
        let selection = try pulling.checked(against: plan)
        plan.unlock(selection, environment: ProcessInfo.processInfo.environment, diagnostics: diagnostics)
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        for warning in diagnostics.sorted { Terminal.writeError(warning.description.printable) }
        guard let store = plan.snapshots else {
            throw Stop(.wrong, "'snapshots' is off in '\(config)': there is nowhere to pull to")
        }
        let pulled: [(id: String, tally: PulledTally)]
        let manifest: SnapshotManifest
        let name: String
        do {
            let writer = try plan.snapshotWriter(clock: { .now })
            let pulledAt = writer?.pulledAt ?? .now
            let asOf = plan.asOf ?? pulledAt
            let history = try history(plan)
            let pulling = Pulling(
                plan, selection, asOf: asOf, pulledAt: pulledAt,
                memories: try history.map { try plan.memories(in: $0, before: asOf) } ?? [:], into: writer)
            pulled = await pull(plan, pulling)
            guard let kept = try await pulling.keep(plan, asOf: nil, history: history) else { return }
            name = kept
            manifest = try store.manifest(named: name)
        } catch let error as SnapshotError {
            throw Stop(error)
        } catch let error as HistoryError {
            throw Stop(.wrong, error.description)
        }
        switch format {
        case .json: Terminal.write(manifest.bytes)
        case .text: if !quiet { say(pulled, name) }
        }
        let isIncomplete = pulled.contains { $0.tally.outcome != .complete && $0.tally.outcome.reason?.code != Selection.leftOut }
        if failOn != .never, isIncomplete { throw ExitCode(ExitStatus.incomplete.rawValue) }
    }

    /// Where incremental sources go on, and what it cites. A history that is not there yet is not begun.
    private func history(_ plan: AuditPlan) throws -> AuditHistory? {
        guard FileManager.default.fileExists(atPath: plan.historyPath) else { return nil }
        return try AuditHistory(path: plan.historyPath, network: plan.network)
    }

    private func pull(_ plan: AuditPlan, _ pulling: Pulling) async -> [(id: String, tally: PulledTally)] {
        let puller = Puller(proxies: Proxies(environment: ProcessInfo.processInfo.environment))
        let activities = plan.activities
        let tallies = await withTaskGroup(of: (String, PulledTally).self) { group in
            for planned in plan.sources {
                group.addTask {
                    if let outcome = pulling.leftOut(planned) { return (planned.source.id, PulledTally(outcome: outcome)) }
                    return (planned.source.id, await pull(planned, pulling, puller, activities))
                }
            }
            return await group.reduce(into: []) { $0.append((id: $1.0, tally: $1.1)) }
        }
        await puller.shutDown()
        return tallies.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }

    /// Pulls a source, and the children of its records, for which the records are read as far as it takes.
    private func pull(
        _ planned: AuditPlan.PlannedSource, _ pulling: Pulling, _ puller: Puller, _ activities: ActivityTable
    ) async -> PulledTally {
        var tally = PulledTally()
        var broken: Outcome.Reason?
        let beginning = puller.begin()
        let (source, exchanges) = pulling.exchanges(of: planned)
        var feed: RecordFeed?
        if !planned.children.isEmpty {
            feed = RecordFeed(
                source: planned.source, mapping: planned.mapping, children: planned.children, activities: activities
            ) {
                puller.pull($0, since: beginning, keeping: exchanges.recorder, from: exchanges.replay)
            }
        }
        for await event in puller.pull(source, since: beginning, keeping: exchanges.recorder) {
            tally.add(event)
            do throws(ReadFailure) {
                try feed?.consume(event)
                if case .ended = event { try feed?.finish() }
                while try await feed?.next() != nil {}
            } catch {
                // The pages are kept all the same, and a replay finds the fault again.
                broken = error.reason
                feed = nil
            }
        }
        if let children = feed?.children {
            tally.add(children)
            children.problem.map { exchanges.recorder?.note(missingParts: $0) }
        }
        // Children that nobody could ask for are missing.
        if tally.outcome == .complete, let broken {
            tally.outcome = .partial(broken)
            exchanges.recorder?.note(missingParts: broken)
        }
        return tally
    }

    private func say(_ pulled: [(id: String, tally: PulledTally)], _ name: String) {
        for (id, tally) in pulled {
            let outcome = tally.outcome
            let reason = outcome.reason.map { ": \($0.code): \($0.message)" } ?? ""
            let line =
                "source '\(id)' is \(outcome.name), \(AuditSummary.count(tally.pages, "page")), \(tally.bytes) bytes\(reason)"
            Terminal.write(line.printable)
        }
        Terminal.write("snapshot: \(name)")
    }
}

/// What came of a source that is only pulled.
private struct PulledTally: Sendable {
    var outcome = Outcome.failed(Outcome.Reason("interrupted", "the pull did not end"))
    var pages = 0
    var bytes = 0

    mutating func add(_ event: PullEvent) {
        switch event {
        case .page, .bytes: break
        case .pageEnded(let page):
            pages += 1
            bytes += page.byteCount
        case .ended(let outcome): self.outcome = outcome
        }
    }

    mutating func add(_ children: ChildTally) {
        pages += children.pages
        bytes += children.bytes
        if outcome == .complete, let problem = children.problem { outcome = .partial(problem) }
    }
}

extension PullingOptions {
    /// What is asked for; wrong usage where the plan knows nothing of it.
    func checked(against plan: AuditPlan) throws -> Selection {
        let problems = selection.problems(in: plan)
        guard problems.isEmpty else { throw Stop(.wrong, problems) }
        return selection
    }
}

extension Instant {
    /// The wall clock, to the second.
    static var now: Instant { Instant(seconds: Int64(Date().timeIntervalSince1970)) }
}
