/// Writes stories as tickets with audits, as Zendesk does: pages linked by `next_page`, changes of fields in `audits[].events[]`.
struct DeskPages {
    static func files(_ stories: [Story]) -> [(name: String, text: String)] {
        var tickets = stories.map(ticket)
        // Planted: a ticket whose date cannot be read is rejected and counted.
        tickets.insert(unreadable, at: tickets.count / 2)
        let pages = parts(of: tickets, size: 54)
        return pages.enumerated().map { index, tickets in
            let next = index + 1 < pages.count ? "northwind-\(index + 2).json" : nil
            return (
                "northwind-\(index + 1).json",
                page([("count", .number(tickets.count)), ("next_page", JSONText(next))], records: "tickets", tickets)
            )
        }
    }

    private static var unreadable: JSONText {
        [
            "id": 40_999, "ticket_form": "Escalation", "subject": "Imported from the old desk", "created_at": "unknown",
            "updated_at": "2026-01-07T08:00:00Z", "closed_at": nil, "status": "open", "priority": "normal",
            "organization": ["id": "garnet", "name": "Garnet Insurance", "tier": "core", "region": "EMEA"], "audits": [],
        ]
    }

    private static func ticket(_ story: Story) -> JSONText {
        let customer = story.customer
        let owner = story.happenings.last { $0.owner != nil }?.owner
        return [
            "id": .number(story.number), "ticket_form": story.kind == .escalation ? "Escalation" : "Implementation project",
            "subject": .text(story.subject), "created_at": .text(story.opened.rfc3339),
            "updated_at": .text((story.happenings.last?.at ?? story.opened).rfc3339),
            "closed_at": JSONText(story.closed?.rfc3339),
            "status": story.closed == nil ? "open" : "closed", "priority": .text(priority(story.severity)),
            "assignee": JSONText(owner?.name),
            "organization": [
                "id": .text(customer.id), "name": .text(customer.name), "tier": .text(customer.tier),
                "region": .text(customer.region),
                "preferred_contact": .text(customer.preferredChannel),
            ],
            "audits": .list(story.happenings.enumerated().map { audit($1, number: story.number * 100 + $0, in: story) }),
        ]
    }

    private static func priority(_ severity: Int) -> String {
        ["urgent", "high", "normal", "low"][severity - 1]
    }

    private static func audit(_ happening: Happening, number: Int, in story: Story) -> JSONText {
        let role =
            switch happening.by.party {
            case .partner: "agent"
            case .customer: "end-user"
            case .vendor: "vendor"
            }
        var events: [JSONText] = []
        switch happening.activity {
        case .assigned, .reassigned:
            var change: [(String, JSONText)] = [
                ("type", happening.activity == .assigned ? "Create" : "Change"), ("field_name", "assignee_id"),
                ("value", JSONText(happening.owner?.id)), ("group", JSONText(happening.owner?.team)),
            ]
            if happening.activity == .reassigned { change.append(("previous_value", .text(happening.by.id))) }
            if let reason = happening.reason { change.append(("note", .text(reason))) }
            events.append(.object(change))
        case .severityLowered:
            let lower = priority(happening.severity ?? story.severity)
            events.append([
                "type": "Change", "field_name": "priority", "value": .text(lower),
                "previous_value": .text(priority(story.severity)),
            ])
        case .customerUpdate, .customerReplied:
            break
        default:
            var change: [(String, JSONText)] = [
                ("type", happening.activity == .escalated ? "Create" : "Change"), ("field_name", "touch_point"),
                ("value", .text(touchPoint(happening.activity))),
            ]
            if let reason = happening.reason { change.append(("note", .text(reason))) }
            if let sponsor = happening.sponsor { change.append(("sponsor", .text(sponsor))) }
            events.append(.object(change))
        }
        if let text = happening.text {
            events.append(["type": "Comment", "public": true, "body": .text(text)])
        }
        return [
            "id": .number(number), "created_at": .text(happening.at.rfc3339),
            "author": ["id": .text(happening.by.id), "name": .text(happening.by.name), "role": .text(role)],
            "via": ["channel": .text(happening.channel)], "events": .list(events),
        ]
    }

    /// What the desk's own field is called at each touch point; the mapping in `touchline.yaml` translates it back.
    private static func touchPoint(_ activity: Activity) -> String {
        switch activity {
        case .escalated: "escalated_to_us"
        case .acknowledged: "ack"
        case .introduced: "new_lead_introduced"
        case .waitingForCustomer: "pending_customer"
        case .waitingForVendor: "pending_vendor"
        case .workResumed: "in_work"
        case .resolved: "solved"
        case .customerConfirmed: "customer_ok"
        case .reopened: "reopened"
        case .reviewScheduled: "post_mortem_booked"
        case .closed: "closed"
        case .handedOver: "sales_handover"
        case .kickedOff: "kickoff_done"
        case .scopeSigned: "scope_signed"
        case .changeRequested: "change_request"
        case .sponsorMet: "steering_meeting"
        case .adminsTrained: "admin_training_done"
        case .acceptanceSigned: "uat_signed"
        case .wentLive: "live"
        case .rolledBack: "rolled_back"
        case .supportAccepted: "support_accepted"
        case .signedOff: "customer_sign_off"
        case .reviewed: "benefit_review"
        case .assigned, .reassigned, .customerUpdate, .customerReplied, .severityLowered: "other"
        }
    }
}
