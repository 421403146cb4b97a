/// What happened in one project or escalation, before any system has written it in its own way.
struct Story {
    enum Kind { case implementation, escalation }

    var number: Int
    let kind: Kind
    let customer: DemoCustomer
    let severity: Int
    let opened: Moment
    var closed: Moment?
    var subject: String
    var happenings: [Happening] = []

    /// Orders the happenings by time and forgets what lies after the audit's instant.
    mutating func tell(until end: Moment) {
        let inOrder = happenings.enumerated().sorted { a, b in
            (a.element.at, a.offset) < (b.element.at, b.offset)
        }
        happenings = inOrder.map(\.element).filter { $0.at <= end }
        if let moment = closed, moment > end { closed = nil }
    }

    func numbered(_ number: Int) -> Story {
        var story = self
        story.number = number
        return story
    }

    func first(_ activity: Activity) -> Happening? {
        happenings.first { $0.activity == activity }
    }

    func count(_ activity: Activity) -> Int {
        happenings.count { $0.activity == activity }
    }
}

/// One thing that happened in a story.
struct Happening {
    var at: Moment
    var activity: Activity
    var by: Person
    var channel = "email"
    var text: String?
    var reason: String?
    var sponsor: String?
    /// The new owner of an assignment.
    var owner: Person?
    /// The new severity of a change of severity.
    var severity: Int?
}

/// The vocabulary that all three systems are mapped to.
enum Activity: String {
    case escalated, acknowledged, assigned, reassigned, introduced
    case customerUpdate, customerReplied, waitingForCustomer, waitingForVendor, workResumed
    case severityLowered, resolved, customerConfirmed, reopened, reviewScheduled, closed
    case handedOver, kickedOff, scopeSigned, changeRequested, sponsorMet, adminsTrained
    case acceptanceSigned, wentLive, rolledBack, supportAccepted, signedOff, reviewed
}

/// Somebody who acts in a story.
struct Person: Equatable {
    enum Party: String { case partner, vendor, customer }

    let id: String
    let name: String
    let party: Party
    var team = ""
}

/// A customer of the demo network.
struct DemoCustomer {
    let id: String
    let name: String
    let tier: String
    let region: String
    let preferredChannel: String
    let contact: Person
}
