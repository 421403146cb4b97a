package import Language
import Timelines

/// What records may differ in through no merit of a partner, as `case_mix` of a config names it: the fields by which
/// comparable cases are found.
package struct CaseMix: Sendable {
    enum Field: Sendable {
        case severity, kind, function, tier, region, channel
        case attribute(String)
    }

    /// As the config names them.
    package let names: [String]
    let fields: [Field]

    /// The value of a record that has none.
    package static let unknown = "unknown"

    /// Where the config says nothing.
    package static let usual = CaseMix(names: ["severity", "customer.tier", "customer.region", "function"])

    private static let plain: [(name: String, field: Field)] = [
        ("severity", .severity), ("kind", .kind), ("function", .function), ("customer.tier", .tier),
        ("customer.region", .region), ("customer.preferred_channel", .channel),
    ]

    /// The names beside `attributes.NAME`.
    package static let fieldNames = plain.map(\.name)

    /// Names that are no field of a mix are left out.
    package init(names: [String]) {
        let known = names.compactMap { name in Self.field(name).map { (name, $0) } }
        self.names = known.map(\.0)
        fields = known.map(\.1)
    }

    private static func field(_ name: String) -> Field? {
        if let field = plain.first(where: { $0.name == name })?.field { return field }
        guard name.hasPrefix("attributes."), case let key = name.dropFirst(11), !key.isEmpty else { return nil }
        return .attribute(String(key))
    }

    /// Reads `case_mix` of a config, and says what makes no sense there.
    package static func load(_ config: inout YAMLMapping, diagnostics: Diagnostics) -> CaseMix {
        guard config.node("case_mix") != nil else { return usual }
        var names: [String] = []
        for node in config.nodes("case_mix") {
            guard let name = node.text else {
                diagnostics.error(.wrongShape, at: node.position, "'case_mix' is a list of names, not of \(node.summary)")
                continue
            }
            if names.contains(name) {
                diagnostics.warning(.wrongValue, at: node.position, "'\(name)' stands twice in 'case_mix'")
            } else if field(name) != nil {
                names.append(name)
            } else {
                refuse(name, at: node, diagnostics)
            }
        }
        return CaseMix(names: names)
    }

    private static func refuse(_ name: String, at node: YAMLNode, _ diagnostics: Diagnostics) {
        if name == "partner" || name.hasPrefix("partner.") {
            diagnostics.error(
                .wrongValue, at: node.position, "'\(name)' is a partner's own: it cannot be what comparable partners differ in")
        } else if ["owner", "id", "customer.id", "customer.name", "customer"].contains(name) {
            diagnostics.error(
                .wrongValue, at: node.position,
                "'\(name)' belongs to one partner alone, so that no other one's cases would compare",
                help: "groups of one partner's cases are compared within it, by customer, region and owner")
        } else {
            diagnostics.error(
                .wrongValue, at: node.position, "'\(name)' is no field that cases can be compared by",
                help: name.hasPrefix("attributes")
                    ? "write attributes.NAME"
                    : didYouMean(name, among: fieldNames + ["attributes.NAME"])
                        ?? "write \(fieldNames.joined(separator: ", ")) or attributes.NAME")
        }
    }

    /// The value of a field; nil where there is none, or one that is no name of anything.
    @inline(__always)
    static func text(_ field: Field, of record: UnsafePointer<ServiceRecord>) -> String? {
        switch field {
        case .severity: record.pointee.severity
        case .kind: record.pointee.kind
        case .function: record.pointee.function
        case .tier: record.pointee.customer.tier
        case .region: record.pointee.customer.region
        case .channel: record.pointee.customer.preferredChannel
        case .attribute(let name): text(record.pointee.attributes[name])
        }
    }

    private static func text(_ value: Value?) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .uint(let number): String(number)
        default: nil
        }
    }
}
