import ArgumentParser
import Foundation

/// The program: one verb a job, all sharing one pipe. See the contract in the README.
@main
struct Touchline: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "touchline",
        abstract: "Judge channel partners' service records against checklists, and say where customers get an uneven experience.",
        discussion: """
            Example: touchline audit -c touchline.yaml --out audit

            Exit codes: 0 done; 1 findings; 2 wrong usage, config or checklist; 3 the audit is incomplete; \
            70 a bug in touchline; 75 another audit holds the lock.
            """,
        version: version,
        subcommands: [
            AuditCommand.self, PullCommand.self, ProbeCommand.self, CheckCommand.self, LintCommand.self, TestCommand.self,
            DiffCommand.self, ExplainCommand.self, SchemaCommand.self, InitCommand.self,
        ])

    /// Runs the command and ends with an exit code of the contract. ArgumentParser would end wrong usage with 64.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let stop as Stop {
            stop.report()
            Foundation.exit(stop.code.rawValue)
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            let code = exitCode(for: error)
            if code.isSuccess { exit(withError: error) }
            Terminal.writeError(fullMessage(for: error))
            let wrongUsage = code == .validationFailure
            Foundation.exit(wrongUsage ? ExitStatus.wrong.rawValue : ExitStatus.bug.rawValue)
        }
    }
}
