import ArgumentParser
import Checklists
import Fetching
import Foundation
import Language
import Timelines

/// `touchline probe`: pull one page, show what the mapping makes of it and which fields it leaves unused.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Pull one page, and show what the mapping makes of it.",
        discussion: """
            Shows the first records as the mapping gives them, what could not be mapped and where, which activities the checklists \
            do not know or did not see, and which fields of the payload nothing uses: of those the names and kinds, never the \
            values. Of messages it tells the length alone. Nothing is kept. Exit code 3 where the source fails.

            Example: touchline probe northwind-desk -c touchline.yaml
            """)

    @Argument(help: "The id of a source.")
    var source: String

    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp("The configuration. Default: touchline.yaml.", valueName: "config"))
    var config = "touchline.yaml"

    @Option(help: "How many records are shown; where records have children, theirs alone are asked for.")
    var records = 5

    @Option(
        help: ArgumentHelp("`{since}` in the URL is filled with this day (UTC) or instant.", valueName: "date"))
    var since: SinceDate?

    @Option(
        help: ArgumentHelp(
            "Ask nobody, and read the page of an earlier pull: its name, `latest`, or the path of a manifest or a folder of snapshots.",
            valueName: "snapshot"))
    var replay: String?

    @Option(help: "Say it in words, or as JSON, on standard output.")
    var format = OutputFormat.text

    @Option(help: "`never` exits with 0 even where the source fails.")
    var failOn = FailOn.incomplete

    func validate() throws {
        guard (1...1000).contains(records) else { throw ValidationError("'--records' must be 1 to 1000.") }
    }

    func run() async throws {
        let diagnostics = Diagnostics()
        guard var plan = AuditPlan.load(config: config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
        guard let index = plan.sources.firstIndex(where: { $0.source.id == source }) else {
            let help = didYouMean(source, among: plan.sources.map(\.source.id)).map { ": \($0)" } ?? ""
            throw Stop(.wrong, "no source '\(source)' in the config\(help)")
        }
        let selection = Selection(sources: [source], since: since?.instant)
        if replay == nil {
            plan.unlock(selection, environment: ProcessInfo.processInfo.environment, diagnostics: diagnostics)
        }
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        for warning in diagnostics.sorted { Terminal.writeError(warning.description.printable) }
        let planned = plan.sources[index]
        let report: ProbeReport
        do {
            let snapshot = try replay.map { try Snapshot.find($0, in: plan.snapshots) }
            let now = Instant.now
            let pulling =
                snapshot.map { Pulling(replaying: $0, selection) }
                ?? Pulling(plan, selection, asOf: plan.asOf ?? now, pulledAt: now, memories: [:], into: nil)
            report = ProbeReport(plan: plan, planned: planned, probed: await probe(planned, pulling, plan.activities))
            try pulling.checkDamage()
        } catch let error as SnapshotError {
            throw Stop(error)
        }
        Terminal.write(planned.source.hiding(format == .json ? report.json : report.text))
        if failOn != .never, report.outcome != .complete { throw ExitCode(ExitStatus.incomplete.rawValue) }
    }

    private func probe(
        _ planned: AuditPlan.PlannedSource, _ pulling: Pulling, _ activities: ActivityTable
    ) async -> ProbedPage {
        var page = ProbedPage()
        if let outcome = pulling.leftOut(planned) {
            page.outcome = outcome
            return page
        }
        let puller = Puller(proxies: Proxies(environment: ProcessInfo.processInfo.environment))
        let beginning = puller.begin()
        let (asked, exchanges) = pulling.exchanges(of: planned)
        var probe = RecordProbe(
            source: planned.source, mapping: planned.mapping.leavingOut([]), children: planned.children, activities: activities,
            sample: records, keptRecords: records
        ) {
            puller.pull($0, since: beginning, from: exchanges.replay)
        }
        for await event in puller.pull(asked.limited(toPages: 1), since: beginning, from: exchanges.replay) {
            page.note(event)
            if page.isLong {
                // A part of a row is no row.
                await probe.consume(.ended(.complete))
                break
            }
            await probe.consume(event)
        }
        page.findings = await probe.finish()
        await puller.shutDown()
        return page
    }
}

/// What came of the first page of a source.
struct ProbedPage {
    var findings = ProbeFindings()
    var outcome = Outcome.failed(Outcome.Reason("interrupted", "the pull did not end"))
    private(set) var summary: PageSummary?
    private(set) var hasMorePages = false
    private var byteCount = 0
    /// The page is longer than what a probe reads of one.
    private(set) var isLong = false

    /// Bytes of a page of rows.
    private static let mostBytes = 32 << 20

    mutating func note(_ event: PullEvent) {
        switch event {
        case .page: break
        case .bytes(let bytes, _):
            byteCount += bytes.count
            guard byteCount > Self.mostBytes else { return }
            isLong = true
            outcome = .complete
        case .pageEnded(let page): summary = page
        case .ended(let outcome):
            hasMorePages = outcome.reason?.code == Limits.maxPagesCode
            self.outcome = hasMorePages ? .complete : outcome
        }
    }
}
