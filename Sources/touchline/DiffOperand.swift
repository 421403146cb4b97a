import Foundation
import History
import Language
import Reports

/// One side of `touchline diff`, as it was named.
enum DiffOperand {
    /// A file or folder of checklists.
    case checklists(String)
    case audit(AuditFigures)

    /// A path is what lies there: the folder of an audit's reports, an `audit.json`, or else checklists. Anything else is the
    /// id of an audit in the history of the config.
    init(_ name: String, config: String) throws {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: name, isDirectory: &isFolder)
        let reported = isFolder.boolValue ? (name.hasSuffix("/") ? name : name + "/") + "audit.json" : name
        if isThere, reported.hasSuffix(".json"), FileManager.default.fileExists(atPath: reported) {
            guard let data = FileManager.default.contents(atPath: reported) else {
                throw Stop(.wrong, "'\(reported)' cannot be read")
            }
            self = .audit(try Self.audit([UInt8](data), from: "'\(reported)'"))
        } else if isThere {
            self = .checklists(name)
        } else {
            self = .audit(try Self.kept(name, config: config))
        }
    }

    private static func audit(_ json: [UInt8], from place: String) throws -> AuditFigures {
        do throws(AuditFigures.Problem) {
            return try AuditFigures(json: json)
        } catch {
            throw Stop(.wrong, "\(place) holds no audit: \(error.why)")
        }
    }

    private static func kept(_ id: String, config: String) throws -> AuditFigures {
        guard !id.isEmpty, id.utf8.allSatisfy({ isHexDigit($0) }), id.utf8.count <= 12 else {
            throw Stop(.wrong, "there is no file or folder '\(id)', and no audit has such an id")
        }
        let diagnostics = Diagnostics()
        guard let plan = AuditPlan.load(config: config, diagnostics: diagnostics) else {
            throw Stop(
                .wrong, ["there is no file or folder '\(id)'; for an audit of that id:"] + diagnostics.sorted.map(\.description))
        }
        let history = try AuditHistory(reading: plan.historyPath, network: plan.network)
        let known = try history.audits(before: .latest).map(\.id)
        let found = known.filter { $0.hasPrefix(id) }
        guard found.count <= 1 else { throw Stop(.wrong, "'\(id)' may be \(found.suffix(5).joined(separator: " or "))") }
        guard let only = found.first, let json = try history.json(of: only) else {
            let others = known.isEmpty ? "none" : "others: " + known.suffix(5).joined(separator: ", ")
            throw Stop(
                .wrong,
                "there is no file or folder '\(id)', and no such audit in the history '\(plan.historyPath)', which has \(others)")
        }
        return try audit(json, from: "the history's audit '\(only)'")
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
}
