import Language
import Timelines

/// How many own something and, where it is one, who: all that a verdict needs.
struct Owners: Equatable {
    static let nobody = Owners(count: 0, only: nil)

    let count: Int
    let only: String?

    var isEmpty: Bool { count == 0 }
}

/// Who owns something while events pass. Events of one instant say it together: it is told where what they said has
/// changed it, and not before all of them have spoken. An event costs what it says, however many own it.
struct OwnerLedger {
    /// A stretch of time with the same owners.
    struct Stretch: Equatable {
        let owners: Owners
        let from: Instant
        var until: Instant
        /// The event that began it; -1 where that is the span.
        let event: Int
        /// True where the one owner had it before, and somebody else in between.
        var isHandedBack = false
    }

    private(set) var stretches: [Stretch] = []
    /// Who has it, since when, and by which event, as of the last instant that was over.
    private(set) var owners = Owners.nobody
    private(set) var since: Instant
    private(set) var event = -1
    /// The names of the owners in the stretch that was asked for.
    private(set) var named: [String] = []

    private let naming: Int?
    private var names: Set<String> = []
    /// Who has come or gone at the instant at hand, and not back again.
    private var changed: Set<String> = []
    private var changedAt: Instant
    private var changedBy = -1

    /// `naming`: the stretch whose owners are to be named.
    init(since: Instant, naming: Int? = nil) {
        self.since = since
        self.naming = naming
        changedAt = since
    }

    // MARK: Changes

    /// What was said before the instant stands.
    mutating func pass(to instant: Instant) {
        if changedAt < instant { settle() }
    }

    mutating func replace(with owners: [String], _ event: Int, at instant: Instant) {
        if owners.count == 1, names.count == 1, names.contains(owners[0]) { return }
        for name in names.symmetricDifference(owners) { toggle(name, event, at: instant) }
    }

    mutating func add(_ owners: [String], _ event: Int, at instant: Instant) {
        for name in owners where !names.contains(name) { toggle(name, event, at: instant) }
    }

    mutating func remove(_ owners: [String], _ event: Int, at instant: Instant) {
        for name in owners where names.contains(name) { toggle(name, event, at: instant) }
    }

    mutating func removeAll(_ event: Int, at instant: Instant) {
        for name in names { toggle(name, event, at: instant) }
    }

    private mutating func toggle(_ name: String, _ event: Int, at instant: Instant) {
        if names.remove(name) == nil { names.insert(name) }
        if changed.remove(name) == nil { changed.insert(name) }
        (changedAt, changedBy) = (instant, event)
    }

    // MARK: Stretches

    /// The last stretch ends; one without length is none.
    mutating func finish(at instant: Instant) {
        settle()
        if since < instant { cut(at: instant) }
    }

    private mutating func settle() {
        guard !changed.isEmpty else { return }
        if since < changedAt {
            cut(at: changedAt)
            since = changedAt
        }
        owners = Owners(count: names.count, only: names.count == 1 ? names.first : nil)
        event = changedBy
        changed.removeAll()
    }

    private mutating func cut(at instant: Instant) {
        if stretches.count == naming { named = names.symmetricDifference(changed).sorted() }
        stretches.append(Stretch(owners: owners, from: since, until: instant, event: event))
    }

    // MARK: Handing back

    /// One owner's stretch is handed back where the one owner before was somebody else, and this one had it before that; it
    /// stays so until it is somebody else's.
    mutating func markHandedBack() {
        var past: Set<String> = []
        var last: String?
        var isBack = false
        for index in stretches.indices {
            guard let owner = stretches[index].owners.only else { continue }
            if last != owner { isBack = past.contains(owner) }
            stretches[index].isHandedBack = isBack
            past.insert(owner)
            last = owner
        }
    }

    /// How often it was handed back.
    var returns: Int {
        let owned = stretches.filter { $0.owners.only != nil }
        return zip(owned, owned.dropFirst()).count { $1.isHandedBack && $0.owners != $1.owners }
    }
}
