import ArgumentParser
import Language

extension Instant: ExpressibleByArgument {
    /// RFC 3339, as everywhere, or a day, which begins at midnight UTC.
    public init?(argument: String) {
        guard let instant = Instant(rfc3339: argument) ?? Instant(rfc3339: argument + "T00:00:00Z") else { return nil }
        self = instant
    }
}

/// When findings make the exit code 1, and an incomplete audit 3.
enum FailOn: String, ExpressibleByArgument, CaseIterable {
    case never, breach, flag, incomplete
}

/// Which verdicts are written.
enum VerdictChoice: String, ExpressibleByArgument, CaseIterable {
    case fails, all
}

/// The forms in which a command can say its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// What every command that judges records takes.
struct JudgingOptions: ParsableArguments {
    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: ArgumentHelp("The configuration. Default: touchline.yaml.", valueName: "config"))
    var givenConfig: String?

    /// Where none is given, the one in this folder.
    var config: String { givenConfig ?? "touchline.yaml" }

    @Option(
        help: "Judge as of this instant (RFC 3339), or the beginning of this day (UTC). Default: `as_of` of the config, else now."
    )
    var asOf: Instant?

    @Flag(help: "Judge every record by the newest version of each checklist, whenever it was opened.")
    var rejudge = false

    @Option(help: "Write the fails, or all verdicts.")
    var verdicts = VerdictChoice.fails

    @Option(help: "Exit with 1 where there is a breach or an asserted flag; `never` gives 0 even where a source is not complete.")
    var failOn = FailOn.incomplete

    @Flag(help: "Say nothing but errors.")
    var quiet = false
}
