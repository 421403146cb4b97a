import ArgumentParser
import Fetching
import Language
import Timelines

/// What every command that pulls takes.
struct PullingOptions: ParsableArguments {
    @Option(
        name: .customLong("partner"),
        help: ArgumentHelp("Only this partner's records (repeatable); its sources alone are pulled.", valueName: "id"))
    var partners: [String] = []

    @Option(
        name: .customLong("source"),
        help: ArgumentHelp("Only this source (repeatable); the others are not attempted.", valueName: "id"))
    var sources: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only records opened since this day (UTC) or instant; `{since}` in URLs is filled with it.", valueName: "date"))
    var since: SinceDate?

    var selection: Selection {
        Selection(partners: Set(partners), sources: Set(sources), since: since?.instant)
    }
}

/// A day such as `2026-01-01`, which begins at midnight UTC, or an RFC 3339 instant.
struct SinceDate: ExpressibleByArgument, Sendable {
    let instant: Instant

    init?(argument: String) {
        guard let instant = Instant(argument: argument) else { return nil }
        self.instant = instant
    }
}

/// What the command line asks for of all that the config names.
struct Selection: Sendable {
    /// All where it is empty.
    var partners: Set<String> = []
    /// All where it is empty.
    var sources: Set<String> = []
    /// Records that were opened before it are not judged.
    var since: Instant?

    /// The code of sources that the command line leaves out: nothing is wrong with them, and nothing is said of them.
    static let leftOut = "left_out"

    /// Why a source is not wanted; nil where it is. One whose records name their partners themselves is wanted always.
    func reason(against source: AuditPlan.PlannedSource) -> Outcome.Reason? {
        if !sources.isEmpty, !sources.contains(source.source.id) {
            return Outcome.Reason(Self.leftOut, "'--source' names others")
        }
        if !partners.isEmpty, let partner = source.mapping.partner, !partners.contains(partner) {
            return Outcome.Reason(Self.leftOut, "'--partner' names others")
        }
        return nil
    }

    func wants(partner: String) -> Bool { partners.isEmpty || partners.contains(partner) }

    /// Says what is wrong with names that the plan does not know.
    func problems(in plan: AuditPlan) -> [String] {
        func unknown(_ names: Set<String>, _ kind: String, among known: [String]) -> [String] {
            names.subtracting(known).sorted().map { name in
                "no \(kind) '\(name)' in the config" + (didYouMean(name, among: known).map { ": \($0)" } ?? "")
            }
        }
        let partners = plan.partners.map { unknown(self.partners, "partner", among: $0.map(\.id)) } ?? []
        return unknown(sources, "source", among: plan.sources.map(\.source.id)) + partners
    }

    /// As the manifest of a snapshot keeps it.
    var options: SnapshotManifest.PullOptions {
        SnapshotManifest.PullOptions(since: since, partners: partners.sorted(), sources: sources.sorted())
    }

    /// What is asked now, and beyond that what the pull of a snapshot was asked.
    func over(_ options: SnapshotManifest.PullOptions) -> Selection {
        Selection(
            partners: partners.isEmpty ? Set(options.partners) : partners,
            sources: sources.isEmpty ? Set(options.sources) : sources, since: since ?? options.since)
    }

    /// A line each of what decides the result.
    var lines: [String] {
        (since.map { ["since \($0)"] } ?? []) + partners.sorted().map { "partner \($0)" }
            + sources.sorted().map { "source \($0)" }
    }
}
